/**
 * The parts of a VM that exist before it can be used: its process and what watches it, then its QMP
 * session, console and ports as they are connected.
 */

import type { Socket } from 'node:net';
import { join } from 'node:path';
import { abortable, scaleLimit, withDeadline, withResolvers } from '../../harness/base/deadline.js';
import { type HarnessError, toError } from '../../harness/base/errors.js';
import type { ProcessIdentity } from '../../harness/base/host-process.js';
import type { Service } from '../services/service.js';
import type { ArrivalTimes } from './arrival-times.js';
import type { BootObserver } from './boot-observer.js';
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
import { JournalPort } from './journal-port.js';
import { plugLans } from './lan-devices.js';
import type { MachineSpec } from './machine-spec.js';
import { type QmpExecute, thawFrom } from './migration.js';
import { NetworkGate } from './network-gate.js';
import type { QemuProcess } from './qemu-process.js';
import { QmpClient, type QmpEvent } from './qmp-client.js';
import { SerialConsole } from './serial-console.js';
import { stopQemu } from './stop-ladder.js';
import type { UnixListener } from './unix-listener.js';
import { watchStopped } from './watch-stopped.js';

/** What a VM is started from. */
export interface VmOptions {
  readonly machine: string;
  /** With a socket console and a QMP socket. Its disks exist. */
  readonly spec: MachineSpec;
  /** Existing directory that is kept; gets `qemu.stderr` and, if the guest streams, `journal.jsonl`. */
  readonly artifactDirectory: string;
  readonly slowness: number;
  readonly observer: BootObserver;
  /** The frozen state that a machine with `incoming` goes on from. */
  readonly stateFile?: string;
  /** Console lines from before the start of this process: what the machine has printed already. */
  readonly history?: readonly string[];
  /** Are told what comes when, and closed at the end. Opened before the process is started. */
  readonly times?: { readonly console: ArrivalTimes; readonly journal: ArrivalTimes };
  /** Ends what is done with the machine, such as waiting for a console line. */
  readonly signal: AbortSignal;
  /** Told of the process before anything else happens with it; the listener must stop it. */
  readonly onSpawn: (spawned: SpawnedVm) => void;
  /**
   * Told once if the connected process ends although nobody asked it to. Until it is connected, its
   * launch throws the cause.
   */
  readonly onEnded: (cause: HarnessError) => void;
}

/** From the start of QEMU to its answer, a state loaded if there is one; both take milliseconds. */
const connectMs = 60_000;

/** A process that runs and must be stopped, whether or not it ever becomes a usable VM. */
export interface SpawnedVm {
  readonly process: ProcessIdentity;
  /** Ends the process within the limit and closes its sockets. Throws PROCESS_LEAKED. */
  readonly stop: (limitMs: number) => Promise<void>;
  /** Takes a picture of the screen, if there is one, for the artifacts. Never throws. */
  readonly takePicture: () => Promise<void>;
}

/** The harness's ends of the VM's sockets, before anybody has connected. */
export interface VmListeners {
  readonly console: UnixListener;
  readonly qmp: UnixListener;
  readonly hold: UnixListener | undefined;
  readonly journal: UnixListener | undefined;
  readonly standby: UnixListener | undefined;
  readonly witness: UnixListener | undefined;
}

/** The parts of a VM that already exist while the others are still being connected. */
export class VmCore {
  readonly #options: VmOptions;
  readonly #process: QemuProcess;
  readonly #companions: readonly Companion[];
  readonly #ended = new AbortController();
  #console: SerialConsole | undefined;
  #qmp: QmpClient | undefined;
  #journal: JournalPort | undefined;
  hold: Socket | undefined;
  standby: Socket | undefined;
  witness: Socket | undefined;
  readonly network = new NetworkGate();
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
    void this.#watchExit();
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get console(): SerialConsole {
    if (!this.#console) throw new Error('the VM is not connected yet');
    return this.#console;
  }

  /**
   * Takes QEMU's connections, and reads the ports back. Throws QEMU_NOT_CONNECTED, THAW_TIMEOUT,
   * QEMU_EXITED, STATE_NOT_MOVED (infrastructure).
   */
  async connect(
    { console, qmp, hold, journal, standby, witness }: VmListeners,
    launch: AbortSignal,
  ): Promise<readonly ForwardedPort[]> {
    const limitMs = scaleLimit(connectMs, this.#options.slowness);
    const either = AbortSignal.any([launch, this.signal]);
    using deadline = withDeadline(either, limitMs, () => this.#late(limitMs));
    const { signal } = deadline;
    try {
      this.#console = this.#openConsole(await abortable(console.connection, signal));
      const socket = await abortable(qmp.connection, signal);
      this.#qmp = await QmpClient.start(socket, (event) => this.#receive(event), signal);
      if (hold) this.hold = this.#openPort(await abortable(hold.connection, signal));
      if (standby) this.standby = this.#openPort(await abortable(standby.connection, signal));
      if (witness) this.witness = this.#openPort(await abortable(witness.connection, signal));
      if (journal) this.#journal = this.#openJournal(await abortable(journal.connection, signal));
      const { stateFile, spec } = this.#options;
      const plug = async () => await plugLans(spec, this.execute, signal);
      if (stateFile) await thawFrom(stateFile, { execute: this.execute, signal, prepare: plug });
      const ports = parseUsernet(await this.#qmp.monitor('info usernet', signal));
      this.#connected = true;
      return ports;
    } catch (error) {
      // A session that breaks off is the first sign of an exit whose cause is known a moment later.
      throw signal.aborted ? signal.reason : await this.#causeOf(error);
    }
  }

  /** QEMU answers before it loads anything. */
  #late(limitMs: number): HarnessError {
    const { machine, stateFile } = this.#options;
    return this.#qmp && stateFile ? thawTimeout(machine, limitMs) : notConnected(machine, limitMs);
  }

  get services(): readonly Service[] {
    return this.#companions.filter((companion) => 'address' in companion);
  }

  readonly execute: QmpExecute = (command, parameters, signal) => {
    if (!this.#qmp) throw new Error('the VM is not connected yet');
    return this.#qmp.execute(command, parameters, signal);
  };

  async takePicture(): Promise<void> {
    const { spec, artifactDirectory } = this.#options;
    if (!spec.screen || !this.#qmp) return;
    const filename = join(artifactDirectory, 'screen.png');
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(5_000)]);
    await this.execute('screendump', { filename, format: 'png' }, signal).catch(() => undefined);
  }

  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    // Before QMP is connected nobody would hear the word, and the ladder wait for nothing.
    const quit = () => {
      if (!this.#qmp) return this.#process.kill('SIGTERM');
      this.#qmp.execute('quit', {}, this.signal).catch(() => undefined);
    };
    await stopQemu({ process: this.#process, quit, limitMs });
    this.#qmp?.close();
    this.#console?.close();
    this.#journal?.close();
    this.hold?.destroy();
    this.standby?.destroy();
    this.witness?.destroy();
    await Promise.all([this.#console?.closed, this.#journal?.closed]);
    // Before their directories are removed.
    await stopCompanions(this.#companions);
    const { times } = this.#options;
    await Promise.all([times?.console.close(), times?.journal.close()]);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #openConsole(socket: Socket): SerialConsole {
    const { machine, observer, slowness, history = [], times } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.signal]);
    const onLine = (text: string) => observer.line(text);
    const onBytes = (count: number) => times?.console.note(count);
    const told = { onLine, onBytes, onFlood: () => this.#endFlood() };
    return new SerialConsole({ machine, socket, slowness, signal, history, ...told });
  }

  /** QEMU writes the console to a file of the host, without a limit of its own. */
  #endFlood(): void {
    const { machine, observer } = this.#options;
    const lastLine = this.#console?.lines().at(-1) ?? '(none)';
    this.#giveUp(consoleFlood(machine, observer.phase, lastLine));
  }

  #openJournal(socket: Socket): JournalPort {
    const { artifactDirectory, observer, times } = this.#options;
    const file = join(artifactDirectory, 'journal.jsonl');
    const onBytes = (count: number) => times?.journal.note(count);
    return new JournalPort({ socket, file, onBytes, onEntry: (entry) => observer.journal(entry) });
  }

  /** Its end is the end of QEMU, which is watched elsewhere. */
  #openPort(socket: Socket): Socket {
    return socket.on('error', () => socket.destroy());
  }

  #receive(event: QmpEvent): void {
    if (event.event === 'SHUTDOWN') this.#shutdownReason = String(event.data['reason']);
    this.#options.observer.qmp(event);
    if (event.event === 'NIC_RX_FILTER_CHANGED') this.network.open();
    if (event.event === 'RESET' && event.data['guest'] === true) this.#noteReset();
    if (event.event === 'BLOCK_IO_ERROR' && event.data['nospace'] === true) {
      this.#giveUp(diskFull(this.#options.machine));
    }
  }

  /** Who waits for the guest over a connection that no one else would end waits in vain. */
  #noteReset(): void {
    this.standby?.destroy();
    this.witness?.destroy();
    this.#closeNetwork();
  }

  /** The event comes once, and again after its query (QEMU's QMP reference, `query-rx-filter`). */
  #closeNetwork(): void {
    this.network.close();
    this.#qmp?.execute('query-rx-filter', {}, this.signal).catch(() => undefined);
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
    const exit = await exited;
    const companionsGone = stopCompanions(this.#companions);
    // What QEMU said last may still be on its way: the sockets close after their last byte.
    await Promise.all([this.#qmp?.closed, this.#console?.closed, this.#journal?.closed]);
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
