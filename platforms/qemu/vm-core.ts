/**
 * The parts of a VM that exist before it can be used: its process and what watches it, then its
 * connections as they are taken.
 */

import { join } from 'node:path';
import { scaleLimit, withDeadline, withResolvers } from '../../harness/base/deadline.js';
import { type HarnessError, toError } from '../../harness/base/errors.js';
import type { Service } from '../services/service.js';
import { type Companion, stopCompanions } from './companions.js';
import {
  consoleFlood,
  diskFull,
  explainExit,
  notConnected,
  qemuStopped,
  thawTimeout,
} from './exit-cause.js';
import { type ForwardedPort, parseUsernet } from './forwarded-ports.js';
import { plugLans } from './lan-devices.js';
import { type QmpExecute, thawFrom } from './migration.js';
import { NetworkGate } from './network-gate.js';
import type { QemuProcess } from './qemu-process.js';
import type { QmpEvent } from './qmp-client.js';
import type { SerialConsole } from './serial-console.js';
import { stopQemu } from './stop-ladder.js';
import { UsageMeter } from './usage-meter.js';
import type { VmOptions } from './vm-options.js';
import { type VmListeners, VmSockets } from './vm-sockets.js';
import { watchStopped } from './watch-stopped.js';

/** From the start of QEMU to its answer, a state loaded if there is one; both take milliseconds. */
const connectMs = 60_000;

/** The parts of a VM that already exist while the others are still being connected. */
export class VmCore {
  readonly #options: VmOptions;
  readonly #process: QemuProcess;
  readonly #companions: readonly Companion[];
  readonly #ended = new AbortController();
  readonly sockets: VmSockets;
  readonly network = new NetworkGate();
  readonly usage: UsageMeter;
  readonly ended = withResolvers<HarnessError>();
  expected: HarnessError | undefined;
  #shutdownReason: string | undefined;
  #fault: HarnessError | undefined;
  #stopping = false;
  #connected = false;

  constructor(options: VmOptions, process: QemuProcess, companions: readonly Companion[]) {
    this.#options = options;
    this.#process = process;
    this.#companions = companions;
    this.usage = new UsageMeter(process.identity);
    const onEvent = (event: QmpEvent) => this.#receive(event);
    const onFlood = () => this.#endFlood();
    this.sockets = new VmSockets(options, { onEvent, onFlood, signal: this.signal });
    void this.#watchExit();
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get console(): SerialConsole {
    if (!this.sockets.console) throw new Error('the VM is not connected yet');
    return this.sockets.console;
  }

  /**
   * Takes QEMU's connections, and reads the ports back. Throws QEMU_NOT_CONNECTED, THAW_TIMEOUT,
   * QEMU_EXITED, STATE_NOT_MOVED (infrastructure).
   */
  async connect(listeners: VmListeners, launch: AbortSignal): Promise<readonly ForwardedPort[]> {
    const limitMs = scaleLimit(connectMs, this.#options.slowness);
    const either = AbortSignal.any([launch, this.signal]);
    using deadline = withDeadline(either, limitMs, () => this.#late(limitMs));
    const { signal } = deadline;
    try {
      const qmp = await this.sockets.take(listeners, signal);
      await this.#thaw(signal);
      const ports = parseUsernet(await qmp.monitor('info usernet', signal));
      this.#connected = true;
      return ports;
    } catch (error) {
      // A session that breaks off is the first sign of an exit whose cause is known a moment later.
      throw signal.aborted ? signal.reason : await this.#causeOf(error);
    }
  }

  async #thaw(signal: AbortSignal): Promise<void> {
    const { stateFile, spec } = this.#options;
    if (!stateFile) return;
    const prepare = async () => await plugLans(spec, this.execute, signal);
    await thawFrom(stateFile, { execute: this.execute, signal, prepare });
  }

  /** QEMU answers before it loads anything. */
  #late(limitMs: number): HarnessError {
    const { machine, stateFile } = this.#options;
    const isThawing = this.sockets.qmp && stateFile;
    return isThawing ? thawTimeout(machine, limitMs) : notConnected(machine, limitMs);
  }

  get services(): readonly Service[] {
    return this.#companions.filter((companion) => 'address' in companion);
  }

  readonly execute: QmpExecute = (command, parameters, signal) => {
    if (!this.sockets.qmp) throw new Error('the VM is not connected yet');
    return this.sockets.qmp.execute(command, parameters, signal);
  };

  async takePicture(): Promise<void> {
    const { spec, artifactDirectory } = this.#options;
    if (!spec.screen || !this.sockets.qmp) return;
    const filename = join(artifactDirectory, 'screen.png');
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(5_000)]);
    await this.execute('screendump', { filename, format: 'png' }, signal).catch(() => undefined);
  }

  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    this.usage.look();
    // Before QMP is connected nobody would hear the word, and the ladder wait for nothing.
    const quit = () => {
      if (!this.sockets.qmp) return this.#process.kill('SIGTERM');
      this.execute('quit', {}, this.signal).catch(() => undefined);
    };
    await stopQemu({ process: this.#process, quit, limitMs });
    await this.sockets.close();
    // Before their directories are removed.
    await stopCompanions(this.#companions);
    const { times } = this.#options;
    await Promise.all([times?.console.close(), times?.journal.close()]);
  }

  kill(): void {
    this.usage.look();
    this.#process.kill('SIGKILL');
  }

  /** QEMU writes the console to a file of the host, without a limit of its own. */
  #endFlood(): void {
    const { machine, observer } = this.#options;
    const lastLine = this.sockets.console?.lines().at(-1) ?? '(none)';
    this.#giveUp(consoleFlood(machine, observer.phase, lastLine));
  }

  #receive(event: QmpEvent): void {
    if (event.event === 'SHUTDOWN') this.#noteShutdown(event);
    this.#options.observer.qmp(event);
    if (event.event === 'NIC_RX_FILTER_CHANGED') this.network.open();
    if (event.event === 'RESET' && event.data['guest'] === true) this.#noteReset();
    if (event.event === 'BLOCK_IO_ERROR' && event.data['nospace'] === true) {
      this.#giveUp(diskFull(this.#options.machine));
    }
  }

  /** The process is about to end. */
  #noteShutdown({ data }: QmpEvent): void {
    this.#shutdownReason = String(data['reason']);
    this.usage.look();
  }

  #noteReset(): void {
    this.sockets.dropCalls();
    this.#closeNetwork();
  }

  /** The event comes once, and again after its query (QEMU's QMP reference, `query-rx-filter`). */
  #closeNetwork(): void {
    this.network.close();
    this.sockets.qmp?.execute('query-rx-filter', {}, this.signal).catch(() => undefined);
  }

  /** The guest can only wait; end it with the cause that is known now. */
  #giveUp(cause: HarnessError): void {
    this.#fault ??= cause;
    this.kill();
  }

  async #watchExit(): Promise<void> {
    const { identity, exited } = this.#process;
    const onStopped = () => this.#giveUp(qemuStopped(this.#options.machine));
    using _watch = watchStopped(identity, onStopped);
    using _usage = this.usage;
    const exit = await exited;
    const companionsGone = stopCompanions(this.#companions);
    await this.sockets.closed();
    const { machine, observer, onEnded } = this.#options;
    const stderrTail = await this.#process.stderrTail();
    const evidence = { machine, phase: observer.phase, exit, stderrTail };
    const cause = this.#fault ?? explainExit({ ...evidence, shutdownReason: this.#shutdownReason });
    if (this.#connected && !this.#stopping && !this.expected) onEnded(cause);
    this.#ended.abort(this.expected ?? cause);
    // The machine may go on in another process, with companions in the same places.
    await companionsGone;
    this.ended.resolve(cause);
  }

  async #causeOf(error: unknown): Promise<unknown> {
    const { promise, resolve } = withResolvers<unknown>();
    const timer = setTimeout(() => resolve(toError(error)), 1_000);
    this.signal.addEventListener('abort', () => resolve(this.signal.reason), { once: true });
    const cause = await promise;
    clearTimeout(timer);
    return cause;
  }
}
