/**
 * The reporter for people: live on a terminal, a line per case elsewhere, or nothing until the end.
 * It only prints: it returns nothing to the run and has no say in any status.
 */

import type { Clock } from '../../harness/base/clock.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import { plural } from '../../harness/model/quantity-text.js';
import type { RunRecord } from '../../harness/model/record.js';
import { type ConsoleStream, makeScreen, type Screen } from './console-screen.js';
import { makePaint, type Paint, wantsColour } from './console-style.js';
import { machinesOf } from './explain.js';
import { attemptLines, type BlockContext } from './failure-block.js';
import { finalSummary } from './final-summary.js';
import { liveBlock } from './live-block.js';
import { oneLine } from './plain-text.js';
import { type FinishedAttempt, Progress } from './progress.js';

/** How much is shown, and whether the terminal is redrawn. */
export type ConsoleMode = 'live' | 'plain' | 'quiet';

/** What the reporter writes to and how. */
export interface ConsoleOptions {
  readonly stream: ConsoleStream;
  readonly mode: ConsoleMode;
  readonly clock: Clock;
  /** As paths should be printed: relative to where the user is, if possible. */
  readonly runDirectory: string;
  /** For NO_COLOR, FORCE_COLOR and TERM. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Dispose it when the run ends in any way: it stops redrawing and gives the cursor back. */
export interface ConsoleReporter extends Disposable {
  onEvent(event: LoggedEvent): void;
  /** Prints a line of somebody else, such as a logger's, without breaking the live block. */
  note(line: string): void;
  /** Prints the summary of the finished run. */
  finish(record: RunRecord): void;
}

/** What the user asked for, and what the stream can do. */
export interface ModeWishes {
  readonly plain?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly stream: ConsoleStream;
  readonly environment: NodeJS.ProcessEnv;
}

/** Live only on a terminal that can be redrawn and that no CI system records. */
export function consoleModeOf({ plain, quiet, stream, environment }: ModeWishes): ConsoleMode {
  if (quiet) return 'quiet';
  const isDrawable = stream.isTTY === true && environment['TERM'] !== 'dumb' && !environment['CI'];
  return plain || !isDrawable ? 'plain' : 'live';
}

/** Opens the reporter for one run. */
export function consoleReporter(options: ConsoleOptions): ConsoleReporter {
  return new TextReporter(options, makeScreen(options.stream, options.mode === 'live'));
}

class TextReporter implements ConsoleReporter {
  readonly #options: ConsoleOptions;
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #progress = new Progress();
  #announced = false;

  constructor(options: ConsoleOptions, screen: Screen) {
    this.#options = options;
    this.#screen = screen;
    this.#paint = makePaint(wantsColour(options.stream.isTTY === true, options.environment));
  }

  onEvent(event: LoggedEvent): void {
    const finished = this.#progress.apply(event);
    if (this.#options.mode === 'quiet') return;
    if (event.kind === 'attempt-started') this.#announce();
    if (finished && hasBegun(finished))
      this.#screen.print(this.#counted(attemptLines(finished, this.#context())));
    if (event.kind === 'cleanup-failed') this.#screen.print(cleanupLines(event, this.#progress));
    if (event.kind === 'run-ended') this.#announced = false;
    this.#screen.redraw(() => (this.#announced ? this.#block() : []));
  }

  note(line: string): void {
    this.#screen.print([line]);
    this.#screen.redraw(() => (this.#announced ? this.#block() : []));
  }

  finish(record: RunRecord): void {
    this[Symbol.dispose]();
    const { runDirectory, mode } = this.#options;
    const paint = this.#paint;
    if (mode === 'quiet')
      this.#screen.print(allBlocks(record, { run: record, runDirectory, paint }));
    this.#screen.print(finalSummary(record, { runDirectory, paint }));
  }

  [Symbol.dispose](): void {
    this.#screen[Symbol.dispose]();
  }

  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#screen.print(headerLines(this.#progress, this.#paint));
  }

  #context(): BlockContext {
    const run = this.#progress.start ?? { argv: [], seed: 0 };
    return { run, runDirectory: this.#options.runDirectory, paint: this.#paint };
  }

  /** Without a live block, every first line says how far the run is. */
  #counted(lines: readonly string[]): readonly string[] {
    if (this.#options.mode === 'live') return lines;
    const { done, total } = this.#progress;
    const count = `${String(done).padStart(String(total).length)}/${total}`;
    return lines.map((line, index) => (index === 0 ? `${count} ${line}` : line));
  }

  #block(): readonly string[] {
    const { stream, clock } = this.#options;
    const viewport = { columns: stream.columns ?? 80, rows: stream.rows ?? 24 };
    const nowMs = clock.now().getTime();
    return liveBlock({ progress: this.#progress, nowMs, viewport, paint: this.#paint });
  }
}

/** Cases that a cancelled run never came to are told together, by the summary. */
function hasBegun({ outcome, machines }: FinishedAttempt): boolean {
  return outcome !== 'cancelled' || machines.length > 0;
}

function headerLines({ start, total, excluded }: Progress, paint: Paint): string[] {
  if (start === undefined) return [];
  const { image, host, run, seed } = start;
  const out = excluded > 0 ? `, ${excluded} excluded` : '';
  const { name, reason } = host.accelerator;
  return [
    `${paint('bold', `run ${run}`)}  ${plural(total, 'case')}${out}, seed ${seed}`,
    `  image ${image.name} ${image.channel} ${image.version}, sha256 ${image.sha256.slice(0, 12)}`,
    `  host  QEMU ${oneLine(host.qemu, 40)}, ${name} (${oneLine(reason, 160)})`,
    '',
  ];
}

function cleanupLines(
  event: Extract<LoggedEvent, { readonly kind: 'cleanup-failed' }>,
  progress: Progress,
): string[] {
  const { code, message } = event.failure;
  return [`! ${progress.nameOf(event.case)}  left behind (${code}): ${oneLine(message)}`];
}

/** What plain mode would have shown of cases that are not green. */
function allBlocks({ cases }: RunRecord, context: BlockContext): string[] {
  return cases.flatMap(({ suite, repeat, attempts }) =>
    attempts
      .filter(({ failure }) => failure !== undefined)
      .flatMap((one) => {
        const finished = { ...one, suite, repeat, status: one.outcome, machines: machinesOf(one) };
        return attemptLines({ ...finished, durationMs: one.durationMs ?? 0 }, context);
      }),
  );
}
