/**
 * QEMU's connections to the harness: its QMP session, the serial console, and the ports of the guest.
 */

import type { Socket } from 'node:net';
import { join } from 'node:path';
import { abortable } from '../../harness/base/deadline.js';
import { JournalPort } from './journal-port.js';
import { QmpClient, type QmpEvent } from './qmp-client.js';
import { SerialConsole } from './serial-console.js';
import type { UnixListener } from './unix-listener.js';
import type { VmOptions } from './vm-options.js';

/** The harness's ends of the VM's sockets, before anybody has connected. */
export interface VmListeners {
  readonly console: UnixListener;
  readonly qmp: UnixListener;
  readonly hold: UnixListener | undefined;
  readonly journal: UnixListener | undefined;
  readonly standby: UnixListener | undefined;
  readonly witness: UnixListener | undefined;
}

/** Who listens to a VM, and until when. */
export interface VmHearing {
  readonly onEvent: (event: QmpEvent) => void;
  /** The console prints more than is kept. */
  readonly onFlood: () => void;
  /** Aborts when the process has ended. */
  readonly signal: AbortSignal;
}

/** The connections as far as they have been taken. */
export class VmSockets {
  readonly #options: VmOptions;
  readonly #hearing: VmHearing;
  #journal: JournalPort | undefined;
  console: SerialConsole | undefined;
  qmp: QmpClient | undefined;
  hold: Socket | undefined;
  standby: Socket | undefined;
  witness: Socket | undefined;

  constructor(options: VmOptions, hearing: VmHearing) {
    this.#options = options;
    this.#hearing = hearing;
  }

  /** Takes one connection after the other; throws the signal's reason, and like the QMP client. */
  async take(listeners: VmListeners, signal: AbortSignal): Promise<QmpClient> {
    const { console, qmp, hold, journal, standby, witness } = listeners;
    this.console = this.#openConsole(await abortable(console.connection, signal));
    const session = await abortable(qmp.connection, signal);
    this.qmp = await QmpClient.start(session, this.#hearing.onEvent, signal);
    if (hold) this.hold = openPort(await abortable(hold.connection, signal));
    if (standby) this.standby = openPort(await abortable(standby.connection, signal));
    if (witness) this.witness = openPort(await abortable(witness.connection, signal));
    if (journal) this.#journal = this.#openJournal(await abortable(journal.connection, signal));
    return this.qmp;
  }

  /** Who waits for the guest over a connection that no one else would end waits in vain. */
  dropCalls(): void {
    this.standby?.destroy();
    this.witness?.destroy();
  }

  /** Ends them all from this side; resolves when the last bytes are kept. */
  async close(): Promise<void> {
    this.qmp?.close();
    this.console?.close();
    this.#journal?.close();
    this.hold?.destroy();
    this.dropCalls();
    await Promise.all([this.console?.closed, this.#journal?.closed]);
  }

  /** What QEMU said last may still be on its way: they close after their last byte. */
  async closed(): Promise<void> {
    await Promise.all([this.qmp?.closed, this.console?.closed, this.#journal?.closed]);
  }

  #openConsole(socket: Socket): SerialConsole {
    const { machine, observer, slowness, history = [], times } = this.#options;
    const { onFlood } = this.#hearing;
    const signal = AbortSignal.any([this.#options.signal, this.#hearing.signal]);
    const onLine = (text: string) => observer.line(text);
    const onBytes = (count: number) => times?.console.note(count);
    const told = { onLine, onBytes, onFlood };
    return new SerialConsole({ machine, socket, slowness, signal, history, ...told });
  }

  #openJournal(socket: Socket): JournalPort {
    const { artifactDirectory, observer, times } = this.#options;
    const file = join(artifactDirectory, 'journal.jsonl');
    const onBytes = (count: number) => times?.journal.note(count);
    return new JournalPort({ socket, file, onBytes, onEntry: (entry) => observer.journal(entry) });
  }
}

/** Its end is the end of QEMU, which is watched elsewhere. */
function openPort(socket: Socket): Socket {
  return socket.on('error', () => socket.destroy());
}
