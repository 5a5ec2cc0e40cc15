/**
 * The power of one machine: its process may end on purpose, by a cut or by the guest itself, and
 * another one may go on with the same disks. An end that was not asked for is not handled here.
 */

import { abortable, scaleLimit, withDeadline } from '../../harness/base/deadline.js';
import { CancelledError, HarnessError, ProductError } from '../../harness/base/errors.js';
import type { MachineConsole } from '../../harness/model/machine.js';
import type { MachineLoss } from '../../harness/model/platform.js';
import type { GuestAccess } from './guest-access.js';
import type { Vm } from './vm.js';

/** A process that is ready, and the way into its guest if the machine has a key. */
export interface RunningVm {
  readonly vm: Vm;
  readonly access: GuestAccess | undefined;
}

/** Boots the machine again on its disks as they are, after the console lines it has printed. */
export type BootAgain = (start: {
  readonly timeoutMs: number;
  /** Serials of drives that are not there. */
  readonly without: readonly string[];
  /** Ids of network devices whose cable is out. */
  readonly pulled: readonly string[];
  readonly history: readonly string[];
  readonly signal: AbortSignal;
}) => Promise<RunningVm>;

/** What has become of the machine. */
export type PowerChange =
  | { readonly kind: 'lost'; readonly how: MachineLoss }
  | { readonly kind: 'returned' };

/** What power is made of. */
export interface MachinePowerOptions {
  readonly machine: string;
  /** The process that runs now. */
  readonly running: RunningVm;
  readonly bootAgain: BootAgain;
  /** Told after each change that was asked for. */
  readonly onPower?: ((change: PowerChange) => void) | undefined;
  readonly slowness: number;
  /** The attempt's. */
  readonly signal: AbortSignal;
}

/** How a guest is made to power itself off. */
export interface PowerOffRequest {
  readonly timeoutMs: number;
  /** May fail in the ways of a guest that is going down. */
  readonly request: () => Promise<unknown>;
}

/** Close it before the machine's processes are stopped for good. */
export class MachinePower {
  readonly #options: MachinePowerOptions;
  readonly #closed = new AbortController();
  #running: RunningVm;
  #state: 'on' | 'off' | 'starting' = 'on';
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: MachinePowerOptions) {
    this.#options = options;
    this.#running = options.running;
  }

  /** The latest process. Of one that was ended on purpose, every verb throws MACHINE_OFF. */
  get running(): RunningVm {
    return this.#running;
  }

  get state(): 'on' | 'off' {
    return this.#state === 'on' ? 'on' : 'off';
  }

  /** Kills the process and resolves once it has been reaped. Throws MACHINE_OFF. */
  async cut(): Promise<void> {
    const { vm } = this.#requireOn();
    vm.expectEnd(this.#offReason());
    vm.kill();
    await abortable(vm.ended, this.#options.signal);
    this.#lose('killed');
  }

  /**
   * Asks the guest and resolves once its process has ended. Throws POWER_OFF_TIMEOUT (product), what
   * the request throws, MACHINE_OFF, or why the process ended if that was not the guest's doing.
   */
  async off({ timeoutMs, request }: PowerOffRequest): Promise<void> {
    const { vm } = this.#requireOn();
    const limitMs = scaleLimit(timeoutMs, this.#options.slowness);
    using deadline = withDeadline(this.#options.signal, limitMs, () => this.#late(limitMs));
    vm.expectEnd(this.#offReason());
    try {
      const asked = request().catch(unlessGoingDown);
      const ended = Promise.race([vm.ended, asked.then(() => vm.ended)]);
      const cause = await abortable(ended, deadline.signal);
      if (cause.code !== 'GUEST_SHUTDOWN') throw cause;
    } catch (error) {
      vm.expectEnd(undefined);
      throw error;
    }
    this.#lose('powered-off');
  }

  /** Resolves when the machine is ready again. Throws MACHINE_ON, and what a boot throws. */
  async start(
    options: Pick<Parameters<BootAgain>[0], 'timeoutMs' | 'without' | 'pulled'>,
  ): Promise<void> {
    const { machine, signal, bootAgain } = this.#options;
    if (this.#state !== 'off') throw misuse('MACHINE_ON', `${machine} is on, or being started`);
    const either = AbortSignal.any([signal, this.#closed.signal]);
    either.throwIfAborted();
    this.#state = 'starting';
    const history = this.#running.vm.console.lines();
    const boot = bootAgain({ ...options, history, signal: either });
    this.#starting = boot.catch(() => undefined);
    this.#running = await boot;
    this.#state = 'on';
    this.#options.onPower?.({ kind: 'returned' });
  }

  /** No start from now on; resolves when one that is under way has ended. Never throws. */
  async close(): Promise<void> {
    this.#closed.abort(new CancelledError('CLUSTER_ENDED', 'the cluster is being torn down'));
    await this.#starting;
  }

  #lose(how: MachineLoss): void {
    this.#state = 'off';
    this.#options.onPower?.({ kind: 'lost', how });
  }

  #requireOn(): RunningVm {
    if (this.#state !== 'on') throw this.#offReason();
    return this.#running;
  }

  #offReason(): HarnessError {
    return misuse('MACHINE_OFF', `${this.#options.machine} is off; start it before it is used`);
  }

  #late(limitMs: number): ProductError {
    const { machine } = this.#options;
    const evidence = `last console line: ${this.#running.vm.console.lines().at(-1) ?? '(none)'}`;
    const message = `${machine} did not power off within ${limitMs} ms; see its console.log`;
    const details = { machine, phase: 'suite', evidence, waitedMs: limitMs } as const;
    return new ProductError('POWER_OFF_TIMEOUT', message, details);
  }
}

/** The console over all processes of a machine: each one's begins with the lines before it. */
export function lastingConsole(power: MachinePower): MachineConsole {
  const console = () => power.running.vm.console;
  return {
    lines: () => console().lines(),
    waitFor: async (pattern, options) => await console().waitFor(pattern, options),
    send: async (text) => await console().send(text),
  };
}

/** A guest that goes down may take its answer, or the connection, with it. */
function unlessGoingDown(thrown: unknown): void {
  const passing = ['GUEST_UNREACHABLE', 'COMMAND_TIMEOUT', 'MACHINE_OFF'];
  if (!(thrown instanceof HarnessError) || !passing.includes(thrown.code)) throw thrown;
}

/** The suite's own mistake, and nobody else's. */
function misuse(code: string, message: string): HarnessError {
  return new HarnessError('internal', code, message, { phase: 'suite' });
}
