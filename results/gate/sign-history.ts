/**
 * Signing what suites came to in the past. What the history before knew of runs that are gone stays
 * known, and failures that a run does not tell any more: with the directories, or an edited log, they would be
 * forgotten.
 */

import { join } from 'node:path';
import { writeWhole } from '../record-file.js';
import type { PresentRuns, SuiteOutcomes } from '../suite-outcomes.js';
import { digestOf } from './canonical-json.js';
import type { Signer } from './envelope.js';
import { gateFiles } from './gate-directory.js';
import { readBelievedKeys } from './read-believed-keys.js';
import { readHistory } from './read-rows.js';
import type { History, HistoryEntry } from './run-evidence.js';
import { requireTrusted } from './signers.js';
import { signStatement } from './statement.js';

/** The outcomes of so many days before now. */
export interface HistoryRequest {
  readonly outcomes: readonly SuiteOutcomes[];
  /** What is there: of these the outcomes tell all. */
  readonly present: PresentRuns;
  readonly days: number;
  readonly now: Date;
}

/** The file, and how many entries are in it; `kept` ones are those of runs that are gone. */
export interface WrittenHistory {
  readonly path: string;
  readonly entries: number;
  readonly kept: number;
  /** Runs that tell fewer failures of a suite than when they were signed. */
  readonly shrunk: readonly string[];
}

const dayMs = 86_400_000;

/** Since when (ISO 8601) a history of so many days counts. */
export function startOfHistory({ days, now }: Pick<HistoryRequest, 'days' | 'now'>): string {
  return new Date(now.getTime() - days * dayMs).toISOString();
}

/** Signs in place of what was signed before. Throws UNTRUSTED_KEY, and what reading it throws (usage). */
export async function signHistory(
  directory: string,
  request: HistoryRequest,
  signer: Signer,
): Promise<WrittenHistory> {
  const { outcomes, days, now } = request;
  const trusted = await readBelievedKeys(directory, 'runners');
  requireTrusted(signer, trusted, 'runners');
  const before = (await readHistory(directory, trusted))?.entries ?? [];
  const told = new Map(outcomes.map((one) => [keyOf(one), one.failed]));
  const shrunk = before.filter((entry) => isUntold(entry, told, request.present));
  const untold = new Set(shrunk.map(keyOf));
  const kept = entriesToKeep(before, request);
  const rest = outcomes.filter((one) => !untold.has(keyOf(one)));
  const entries: readonly HistoryEntry[] = [...kept, ...shrunk, ...rest].sort((a, b) =>
    a.at < b.at ? -1 : 1,
  );
  const predicate: History = { at: now.toISOString(), days, entries };
  const subjects = [{ name: 'history', sha256: digestOf(entries) }];
  const envelope = await signStatement('history', { subjects, predicate }, [signer]);
  const path = join(directory, gateFiles.history);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  const runs = shrunk.flatMap(({ run }) => run ?? []);
  return { path, entries: entries.length, kept: kept.length, shrunk: [...new Set(runs)] };
}

/** Whether a run that is there tells fewer failures of a suite than it did, or nothing of it any more. */
function isUntold(
  entry: HistoryEntry,
  told: ReadonlyMap<string, number>,
  { ids, parts }: PresentRuns,
): boolean {
  const { run, failed } = entry;
  if (run === undefined || !ids.has(run) || parts.has(run)) return false;
  return failed > (told.get(keyOf(entry)) ?? 0);
}

function keyOf({ run, suite }: HistoryEntry): string {
  return `${run} ${suite}`;
}

/** Failures are never too old: the gate holds them against what runs tell, whenever they were. */
function entriesToKeep(
  before: readonly HistoryEntry[],
  { present, ...span }: HistoryRequest,
): readonly HistoryEntry[] {
  const since = startOfHistory(span);
  const isThere = ({ run, at }: HistoryEntry) =>
    run === undefined ? present.starts.has(at) : present.ids.has(run);
  return before.filter((entry) => {
    return !isThere(entry) && (entry.failed > 0 || entry.at >= since);
  });
}
