/**
 * A machine as suites see it, put together from the VM's console and ports and the guest's verbs.
 */

import { scaleLimit } from '../../harness/base/deadline.js';
import { HarnessError } from '../../harness/base/errors.js';
import type { Image, ImageDescriptor } from '../../harness/model/image.js';
import type {
  Guest,
  GuestPort,
  HttpAnswer,
  Machine,
  MachineConsole,
} from '../../harness/model/machine.js';
import type { UpdateServer } from '../../harness/model/updates.js';
import { askToGoDown, rebootGuest } from '../guest/reboot-guest.js';
import { Cables, type LinkState } from './cables.js';
import { forwardedPort } from './guest-access.js';
import { GuestVerbs } from './guest-verbs.js';
import { httpGet } from './http-get.js';
import { chordsOf, sendKey } from './keyboard.js';
import { lanId } from './lan-devices.js';
import type { MachinePlan } from './machine-plan.js';
import { lastingConsole, type MachinePower } from './machine-power.js';
import { noShell } from './no-shell.js';
import { updateServicesOf } from './update-services.js';

/** The parts, and the deadlines that the machine's own verbs have by default. */
export interface QemuMachineOptions {
  readonly plan: MachinePlan;
  readonly image: Image;
  readonly power: MachinePower;
  readonly bootMs: number;
  readonly slowness: number;
  /** The attempt's. */
  readonly signal: AbortSignal;
}

type Argv = readonly [string, ...string[]];
type StartOptions = NonNullable<Parameters<Machine['start']>[0]>;

/** Owns nothing: the cluster ends the processes. */
export class QemuMachine extends GuestVerbs implements Machine {
  readonly name: string;
  readonly role: string;
  readonly index: number;
  readonly image: ImageDescriptor;
  readonly console: MachineConsole;
  readonly #options: QemuMachineOptions;
  readonly #cables = new Cables();
  #paused = false;

  constructor(options: QemuMachineOptions) {
    super();
    this.name = options.plan.name;
    this.role = options.plan.role;
    this.index = options.plan.index;
    this.image = options.image.descriptor;
    this.console = lastingConsole(options.power);
    this.#options = options;
  }

  get power(): 'on' | 'off' {
    return this.#options.power.state;
  }

  protected override get guest(): Guest {
    return this.#options.power.running.access?.guest ?? noShell(this.name);
  }

  get paused(): boolean {
    return this.#paused;
  }

  async cutPower(): Promise<void> {
    await this.#options.power.cut();
    this.#paused = false;
  }

  async kill(): Promise<void> {
    await this.cutPower();
  }

  async pause(): Promise<void> {
    await this.qmp('stop');
    this.#paused = true;
  }

  async resume(): Promise<void> {
    await this.qmp('cont');
    this.#paused = false;
  }

  async powerOff(
    options: { readonly timeoutMs?: number; readonly request?: () => Promise<unknown> } = {},
  ): Promise<void> {
    const { timeoutMs = 120_000, request = () => this.#askToPowerOff() } = options;
    await this.#options.power.off({ timeoutMs, request });
  }

  async start({
    timeoutMs = this.#options.bootMs,
    without = [],
  }: StartOptions = {}): Promise<void> {
    const known = this.#options.plan.request.disks.map(({ name }) => name);
    const unknown = without.find((name) => !known.includes(name));
    if (unknown !== undefined) throw this.#unknown('DISK_UNKNOWN', `disk ${unknown}`);
    const pulled = this.#cables.out;
    await this.#options.power.start({ timeoutMs, without, pulled });
    for (const link of this.#cables.changedSince(pulled)) await this.#setLink(link);
  }

  /** For whoever owns the processes: see {@link MachinePower.close}. */
  async close(): Promise<void> {
    await this.#options.power.close();
  }

  async #askToPowerOff(): Promise<void> {
    const { access } = this.#options.power.running;
    if (!access) return void (await this.guest.bootId());
    await askToGoDown(access.guest, ['systemctl', 'poweroff']);
  }

  disconnect(): void {
    this.#options.power.running.access?.guest.disconnect();
  }

  async typeKeys(text: string): Promise<void> {
    for (const chord of chordsOf(text)) await this.qmp('send-key', sendKey(chord));
  }

  async pressPowerButton(): Promise<void> {
    await this.qmp('system_powerdown');
  }

  async growSystemDisk(sizeMiB: number): Promise<void> {
    await this.qmp('block_resize', { device: 'system', size: sizeMiB * 2 ** 20 });
  }

  async setCable(nic: number, state: 'plugged' | 'pulled'): Promise<void> {
    const link = { name: `nic${nic}`, up: state === 'plugged' };
    await this.#setLink(link);
    this.#cables.set(link);
  }

  /**
   * Whether the n-th NIC on the cluster's segments has a carrier, from now on and over power cuts. Throws
   * QMP_ERROR.
   */
  async setCarrier(n: number, isUp: boolean): Promise<void> {
    const link = { name: lanId(n), up: isUp };
    this.#cables.set(link);
    if (this.power === 'on') await this.#setLink(link);
  }

  async #setLink({ name, up }: LinkState): Promise<void> {
    await this.qmp('set_link', { name, up });
  }

  /** A command to QEMU itself; for benchmarks and tests of the platform. Throws QMP_ERROR. */
  async qmp(command: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { power, signal } = this.#options;
    const { vm } = power.running;
    await vm.execute(command, parameters, AbortSignal.any([signal, vm.signal]));
  }

  setService(address: string, state: 'up' | 'down'): void {
    const services = this.#options.power.running.vm.servicesAt(address);
    if (services.length === 0) throw this.#unknown('SERVICE_UNKNOWN', `service at ${address}`);
    for (const service of services) service.set(state);
  }

  updateServer(): UpdateServer {
    const [server] = updateServicesOf(this.#options.plan);
    if (!server) throw this.#unknown('SERVICE_UNKNOWN', 'update server');
    return server;
  }

  #unknown(code: string, what: string): HarnessError {
    const message = `${this.name} has no ${what}; its topology must name it`;
    return new HarnessError('internal', code, message, { phase: 'suite' });
  }

  async reboot(
    options: { readonly timeoutMs?: number; readonly request?: Argv | 'none' } = {},
  ): Promise<void> {
    const { power, bootMs } = this.#options;
    const { access } = power.running;
    if (!access) return void (await this.guest.bootId());
    const { timeoutMs = bootMs, request } = options;
    const lastWord = () => `last console line: ${this.console.lines().at(-1) ?? '(none)'}`;
    await rebootGuest({ guest: access.guest, timeoutMs, lastWord, ...(request && { request }) });
  }

  async get(
    target: GuestPort & { readonly path?: string; readonly timeoutMs?: number },
  ): Promise<HttpAnswer> {
    const { power, slowness } = this.#options;
    const { vm } = power.running;
    const { nic = 0, port, path = '/', timeoutMs = 10_000 } = target;
    const { hostPort } = forwardedPort(this.name, vm.ports, { nic, port });
    return await httpGet({
      hostPort,
      path,
      machine: this.name,
      subject: `port ${port}`,
      limitMs: scaleLimit(timeoutMs, slowness),
      signal: AbortSignal.any([this.#options.signal, vm.signal]),
    });
  }
}
