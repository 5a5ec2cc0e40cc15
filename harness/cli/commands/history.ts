/**
 * `yard flakes`, `yard slow` and `yard compare`: what the stored runs together say.
 */

import { findSlowCases, type SlowCase } from '../../../results/case-durations.js';
import type { RunComparison } from '../../../results/compare-runs.js';
import { compareStored } from '../../../results/compare-stored.js';
import { type Flake, findFlakes } from '../../../results/find-flakes.js';
import { type History, openHistory } from '../../../results/history-database.js';
import {
  type ChangeKind,
  changeText,
  changeTitles,
  type StatusChange,
  worseKinds,
} from '../../../results/outcome-changes.js';
import { readOwnRecord } from '../../../results/record-file.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import { findRun } from '../../../results/run-store.js';
import { type SharedCause, sharedCauses } from '../../../results/shared-causes.js';
import { formatDuration, plural } from '../../model/quantity-text.js';
import type { RunRecord } from '../../model/record.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/** What the user said to a command over the history. */
export interface HistoryOptions extends StoreOptions {
  readonly json?: boolean;
  /** How many to show; 0 shows all. */
  readonly top?: number;
}

async function withHistory<T>(root: string, ask: (history: History) => T): Promise<T> {
  const history = await openHistory(root);
  for (const note of history.notes) process.stderr.write(`yard: ${oneLine(note)}\n`);
  try {
    return ask(history);
  } finally {
    history.database.close();
  }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function printJson(value: object): void {
  print([JSON.stringify({ schema: 1, ...value }, null, 2)]);
}

function firstOf<T>(items: readonly T[], top = 20): readonly T[] {
  return top === 0 ? items : items.slice(0, top);
}

/** Prints the cases that passed and failed on the same image and accelerator. */
export async function flakesCommand(options: HistoryOptions): Promise<void> {
  const flakes = await withHistory(await runsRoot(options), (h) => findFlakes(h.database));
  const shared = sharedCauses(flakes);
  if (options.json) return printJson({ flakes, shared });
  if (flakes.length === 0)
    return print(['no case passed and failed on the same image and accelerator']);
  const causes = firstOf(shared, options.top).map(describeShared);
  const block = causes.length > 0 ? ['one reason in several cases', ...causes] : [];
  print([...firstOf(flakes, options.top).flatMap(describeFlake), ...block]);
}

function describeShared({ cases, count, code, phase, signature, text }: SharedCause): string {
  const what = `${count} × ${code} in ${phase} [${signature}] ${oneLine(text, 100)}`;
  return `  ${what}: ${cases.join(', ')}`;
}

function describeFlake({ bounds, ...flake }: Flake): string[] {
  const percent = (rate: number) => `${Math.round(rate * 100)} %`;
  const rate = `${percent(flake.failed / flake.attempts)} (${percent(bounds.low)} to ${percent(bounds.high)})`;
  const counts = `${flake.failed} of ${flake.attempts}`;
  const head = `${flake.case}  fails ${counts}, ${rate}, ${flake.direction}`;
  const causes = flake.signatures.map(({ count, code, phase, signature, text }) => {
    return `    ${count} × ${code} in ${phase} [${signature}] ${oneLine(text, 100)}`;
  });
  return [head, ...causes, `    last in run ${flake.lastFailedRun}`];
}

/** Prints the cases that take longest. */
export async function slowCommand(options: HistoryOptions): Promise<void> {
  const cases = await withHistory(await runsRoot(options), (h) => findSlowCases(h.database));
  if (options.json) return printJson({ cases });
  if (cases.length === 0) return print(['no case has passed yet']);
  const lines = firstOf(cases, options.top).map((one) => {
    const times = `${formatDuration(one.medianMs).padStart(12)}  ${formatDuration(one.p95Ms).padStart(12)}`;
    const share = `${(one.share * 100).toFixed(1)} %`.padStart(7);
    return `${times}  ${share}  ${costOf(one)}  ${String(one.passes).padStart(6)}  ${one.accelerator.padEnd(11)}  ${one.case}`;
  });
  const times = `${'median'.padStart(12)}  ${'95 %'.padStart(12)}    share`;
  print([
    `${times}  ${'CPU'.padStart(9)}  ${'memory'.padStart(10)}  passes  accelerator  case`,
    ...lines,
  ]);
}

function costOf({ medianCpuSeconds: cpu, peakMemoryMiB: memory }: SlowCase): string {
  const seconds = cpu === undefined ? '-' : `${cpu.toFixed(1)} s`;
  const mebibytes = memory === undefined ? '-' : `${Math.round(memory)} MiB`;
  return `${seconds.padStart(9)}  ${mebibytes.padStart(10)}`;
}

/** Prints what changed between two runs; exit status 1 when something got worse. */
export async function compareCommand(
  names: readonly [string, string],
  options: HistoryOptions,
): Promise<number> {
  const root = await runsRoot(options);
  const read = async (name: string) => await readOwnRecord(await findRun(root, name));
  const [before, after] = [await read(names[0]), await read(names[1])];
  const comparison = await withHistory(root, (h) => compareStored(h.database, before, after));
  if (options.json) printJson({ before: before.run, after: after.run, ...comparison });
  else print(describeComparison(before, after, comparison));
  const { slower, gone } = comparison;
  const worse = [...worseKinds.map((kind) => comparison[kind]), slower, gone];
  return worse.some((list) => list.length > 0) ? 1 : 0;
}

function describeComparison(
  before: RunRecord,
  after: RunRecord,
  comparison: RunComparison,
): string[] {
  const { slower, faster, untold, added, gone } = comparison;
  const kinds = Object.entries(changeTitles) as [ChangeKind, string][];
  const lists = kinds.flatMap(([kind, title]) => listOf(title, comparison[kind]));
  const duration = (one: (typeof slower)[number]) =>
    `  ${one.case}  ${formatDuration(one.before)} to ${formatDuration(one.after)}, p ${one.p.toFixed(3)}`;
  return [
    `${before.run} (${before.image.version}) to ${after.run} (${after.image.version})`,
    ...(lists.length === 0 ? ['no outcome changed'] : lists),
    ...(slower.length > 0 ? ['slower', ...slower.map(duration)] : []),
    ...(faster.length > 0 ? ['faster', ...faster.map(duration)] : []),
    ...(added.length > 0 ? [`${plural(added.length, 'case')} not in the first run`] : []),
    ...(gone.length > 0 ? [`${plural(gone.length, 'case')} not in the second run`] : []),
    ...(untold > 0 ? [`durations of ${plural(untold, 'case')}: too few runs to tell`] : []),
  ];
}

/** Of one kind; more than that nobody reads on a terminal. */
const mostListed = 50;

function listOf(title: string, changes: readonly StatusChange[]): string[] {
  if (changes.length === 0) return [];
  const lines = changes.slice(0, mostListed).map((change) => {
    const { before, after } = changeText(change);
    return `  ${change.case}  ${before} to ${after}`;
  });
  const more = changes.length - lines.length;
  return [title, ...lines, ...(more > 0 ? [`  and ${more} more, see --json`] : [])];
}
