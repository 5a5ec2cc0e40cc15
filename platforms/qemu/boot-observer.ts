/**
 * Turns what QEMU and the console say about one machine into the platform's events, with boots
 * counted and the first boot's phases timed.
 */

import { type Clock, systemClock } from '../../harness/base/clock.js';
import type { Phase } from '../../harness/model/outcome.js';
import type { MachineEvent } from '../../harness/model/platform.js';
import { JournalBoots } from './journal-boots.js';
import type { StreamedEntry } from './journal-text.js';
import { PhaseTracker } from './phase-tracker.js';
import type { QmpEvent } from './qmp-client.js';

/** Where events go, and by which clock phases are timed. */
export interface ObserverOptions {
  readonly machine: string;
  readonly onEvent: (event: MachineEvent) => void;
  /** Told of each entry that the journal streams, with the number of the present boot. */
  readonly onEntry?: ((entry: StreamedEntry, boot: number) => void) | undefined;
  readonly clock?: Clock;
}

/**
 * SeaBIOS answers a warm reset with a full one of its own (`HaveRunPost` in its src/post.c), within
 * milliseconds and before anything is printed: together they are one power-on.
 */
const firmwareResetMs = 2_000;

/** Whose words in the journal are about the boot itself. */
const phaseSpeakers: readonly string[] = ['kernel', 'systemd', 'ignition'];

/** Make it right before the process is started: times count from then. */
export class BootObserver {
  readonly #machine: string;
  readonly #onEvent: (event: MachineEvent) => void;
  readonly #onEntry: ObserverOptions['onEntry'];
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  readonly #tracker = new PhaseTracker();
  readonly #journalBoots = new JournalBoots();
  readonly #phasesMs: Partial<Record<Phase, number>> = {};
  #boot = 0;
  #line = 0;
  #bootStart = { atMs: 0, line: 0 };

  constructor({ machine, onEvent, onEntry, clock = systemClock }: ObserverOptions) {
    this.#machine = machine;
    this.#onEvent = onEvent;
    this.#onEntry = onEntry;
    this.#clock = clock;
    this.#startedAtMs = clock.elapsedMs();
  }

  /** The present boot, from 1. */
  get boot(): number {
    return this.#boot;
  }

  /** The phase that was seen last in the present boot. */
  get phase(): Phase {
    return this.#tracker.phase;
  }

  /** When each phase of the first boot was first seen. */
  get phasesMs(): Readonly<Partial<Record<Phase, number>>> {
    return { ...this.#phasesMs };
  }

  /** Whole milliseconds since the process was started. */
  elapsedMs(): number {
    return Math.round(this.#clock.elapsedMs() - this.#startedAtMs);
  }

  /** The machine starts from its firmware: the first time, or again after a reset. */
  powerOn(): void {
    this.#boot += 1;
    this.#bootStart = { atMs: this.elapsedMs(), line: this.#line };
    this.#tracker.reset();
    this.#onEvent({ kind: 'power-on', machine: this.#machine, boot: this.#boot });
    this.#report('firmware');
  }

  /**
   * The machine goes on from a template: its boot was seen by whoever made that. With `tell`, the
   * lines are reported as if they came now, so that nothing that the boot printed goes unjudged.
   */
  resume(history: readonly string[], { tell }: { readonly tell: boolean }): void {
    this.#boot = 1;
    if (tell) this.#onEvent({ kind: 'power-on', machine: this.#machine, boot: 1 });
    for (const text of history) {
      this.#line += 1;
      const place = { machine: this.#machine, boot: 1, line: this.#line };
      if (tell) this.#onEvent({ kind: 'console', ...place, text });
      this.#tracker.line(text);
    }
    this.#report(this.#tracker.phase);
  }

  /** An entry from before the start of this process, after {@link resume}. */
  resumeJournal(entry: StreamedEntry, { tell }: { readonly tell: boolean }): void {
    const boot = this.#journalBoots.place(entry, this.#boot);
    if (tell && boot !== undefined) this.#onEvent(journalEvent(this.#machine, boot, entry));
  }

  /** A line of the console. */
  line(text: string): void {
    const [machine, boot] = [this.#machine, this.#boot];
    this.#line += 1;
    this.#onEvent({ kind: 'console', machine, boot, line: this.#line, text });
    this.#report(this.#tracker.line(text));
  }

  /** An entry of the journal; of the present boot it tells the phase as well as the console does. */
  journal(entry: StreamedEntry): void {
    this.#onEntry?.(entry, this.#boot);
    const boot = this.#journalBoots.place(entry, this.#boot);
    if (boot === undefined) return;
    this.#onEvent(journalEvent(this.#machine, boot, entry));
    const { identifier = '', pid = 0, message } = entry;
    if (boot !== this.#boot || !phaseSpeakers.includes(identifier)) return;
    this.#report(this.#tracker.line(`${identifier}[${pid}]: ${message}`));
  }

  /** An event of QEMU; a reset by the guest is the start of the next boot. */
  qmp({ event, data }: QmpEvent): void {
    this.#onEvent({ kind: 'qmp', machine: this.#machine, event });
    if (event === 'RESET' && data['guest'] === true && !this.#isFirmwareReset()) {
      this.powerOn();
    }
  }

  /** A phase that the console can't show, such as SSH. */
  reach(phase: Phase): void {
    this.#report(this.#tracker.reach(phase));
  }

  #isFirmwareReset(): boolean {
    const { atMs, line } = this.#bootStart;
    return this.#line === line && this.elapsedMs() - atMs < firmwareResetMs;
  }

  #report(phase: Phase | undefined): void {
    if (!phase) return;
    if (this.#boot === 1) this.#phasesMs[phase] = this.elapsedMs();
    this.#onEvent({ kind: 'phase', machine: this.#machine, boot: this.#boot, phase });
  }
}

function journalEvent(machine: string, boot: number, entry: StreamedEntry): MachineEvent {
  const { bootId: _, monotonicUs: __, ...line } = entry;
  return { kind: 'journal', machine, boot, ...line };
}
