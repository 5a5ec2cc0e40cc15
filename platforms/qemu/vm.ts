/**
 * One running VM: its process, QMP session, console and ports, held together from the spawn to the
 * exit. Knows nothing of SSH or of what a suite wants.
 */

import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { HarnessError } from '../../harness/base/errors.js';
import type { Service } from '../services/service.js';
import { qemuArgv } from './argv.js';
import { spawnWith, startCompanions } from './companions.js';
import type { ForwardedPort } from './forwarded-ports.js';
import type { QmpExecute } from './migration.js';
import type { NetworkGate } from './network-gate.js';
import type { SerialConsole } from './serial-console.js';
import { listenOnce } from './unix-listener.js';
import { VmCore } from './vm-core.js';
import type { VmOptions } from './vm-options.js';

/** A VM that can be used until its process is stopped, see {@link VmOptions.onSpawn}. */
export class Vm {
  readonly console: SerialConsole;
  readonly ports: readonly ForwardedPort[];
  readonly #core: VmCore;

  private constructor(core: VmCore, ports: readonly ForwardedPort[]) {
    this.#core = core;
    this.console = core.console;
    this.ports = ports;
  }

  /** Aborts with the cause when the process ends, asked for or not. */
  get signal(): AbortSignal {
    return this.#core.signal;
  }

  /** Why the process ended, by evidence of the host, whether or not that was wanted. */
  get ended(): Promise<HarnessError> {
    return this.#core.ended.promise;
  }

  /**
   * From now on the process may end without being reported, and whatever waits for the machine then
   * ends with this reason; undefined takes that back.
   */
  expectEnd(reason: HarnessError | undefined): void {
    this.#core.expected = reason;
  }

  /** Ends the process at once. It is reported as any other end unless it is expected. */
  kill(): void {
    this.#core.kill();
  }

  /** Closed until the guest's network is up, in this boot. */
  get network(): NetworkGate {
    return this.#core.network;
  }

  /** Runs a QMP command; throws QMP_ERROR, QMP_CLOSED. */
  readonly execute: QmpExecute = (...command) => this.#core.execute(...command);

  /** The services at an address; none when there is no such service. */
  servicesAt(address: string): readonly Service[] {
    return this.#core.services.filter((service) => service.address === address);
  }

  /** The port by which the guest waits for the harness; undefined unless the spec has one. */
  get hold(): Socket | undefined {
    return this.#core.sockets.hold;
  }

  /** Where an SSH server of the guest calls; undefined unless the spec has a socket for it. */
  get standby(): Socket | undefined {
    return this.#core.sockets.standby;
  }

  /** Where a witness of the guest calls, likewise. */
  get witness(): Socket | undefined {
    return this.#core.sockets.witness;
  }

  /** Starts the process and resolves once QMP answers. Throws QEMU_EXITED, QEMU_NOT_STARTED. */
  static async launch(options: VmOptions, signal: AbortSignal): Promise<Vm> {
    const { console, qmpSocket, holdSocket, journalSocket, callSockets } = options.spec;
    if (console.kind !== 'socket' || !qmpSocket) throw new Error('the VM has no sockets');
    using consoleListener = await listenOnce(console.path);
    using qmpListener = await listenOnce(qmpSocket);
    using holdListener = holdSocket ? await listenOnce(holdSocket) : undefined;
    using journalListener = journalSocket ? await listenOnce(journalSocket) : undefined;
    using standbyListener = callSockets ? await listenOnce(callSockets.standby) : undefined;
    using witnessListener = callSockets ? await listenOnce(callSockets.witness) : undefined;
    const file = join(options.artifactDirectory, 'qemu.stderr');
    if (!options.spec.incoming) options.observer.powerOn();
    const companions = await startCompanions(options, signal);
    const process = await spawnWith(companions, qemuArgv(options.spec), file);
    const core = new VmCore(options, process, companions);
    const stop = async (limitMs: number) => await core.stop(limitMs);
    const takePicture = async () => await core.takePicture();
    const { machine, onSpawn } = options;
    const usage = () => core.usage.look();
    onSpawn({ machine, process: process.identity, usage, stop, takePicture });
    const calls = { standby: standbyListener, witness: witnessListener };
    const ports = { hold: holdListener, journal: journalListener, ...calls };
    const listeners = { console: consoleListener, qmp: qmpListener, ...ports };
    return new Vm(core, await core.connect(listeners, signal));
  }
}
