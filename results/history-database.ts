/**
 * The history of many runs in SQLite: a cache over their records, brought up to date when it is
 * opened.
 */

import { join } from 'node:path';
import { HarnessError, toError } from '../harness/base/errors.js';
import type { RunId } from '../harness/model/ids.js';
import type { CaseRecord, RunRecord } from '../harness/model/record.js';
import { signatureOf } from './failure-signature.js';
import {
  type Database,
  isSqliteError,
  openHistoryFile,
  openInMemory,
  rowsOf,
  type SqlValue,
} from './history-file.js';
import { readOwnRecord } from './record-file.js';
import { durationOf } from './reporters/explain.js';
import { statesUnder } from './run-states.js';
import { isLiveRun } from './run-store.js';

/** Raised whenever the tables or what is put into them changes. */
const version = 9;

/** The file under the root of the runs. */
export const historyFile = 'history.sqlite';

const tables = `
  CREATE TABLE runs (
    run TEXT PRIMARY KEY, state TEXT NOT NULL, command TEXT NOT NULL, started_at TEXT NOT NULL,
    image TEXT NOT NULL, sha256 TEXT NOT NULL, channel TEXT NOT NULL, version TEXT NOT NULL,
    os_name TEXT NOT NULL, arch TEXT NOT NULL,
    platform TEXT NOT NULL, accelerator TEXT NOT NULL, verdict TEXT NOT NULL,
    shard TEXT NOT NULL, code TEXT NOT NULL
  );
  CREATE TABLE cases (
    run TEXT NOT NULL, case_id TEXT NOT NULL, suite TEXT NOT NULL, firmware TEXT NOT NULL,
    status TEXT NOT NULL, duration_ms REAL NOT NULL, memory_mib INTEGER NOT NULL
  );
  CREATE TABLE attempts (
    run TEXT NOT NULL, case_id TEXT NOT NULL, attempt INTEGER NOT NULL, outcome TEXT NOT NULL,
    duration_ms REAL, cpu_seconds REAL, peak_memory_mib REAL,
    code TEXT, phase TEXT, signature TEXT, signature_text TEXT
  );
  CREATE TABLE parts (run TEXT NOT NULL, part TEXT NOT NULL);
  CREATE INDEX cases_by_run ON cases (run);
  CREATE INDEX cases_by_id ON cases (case_id);
  CREATE INDEX attempts_by_run ON attempts (run);
  CREATE INDEX attempts_by_id ON attempts (case_id);
`;

const everyPart = '(SELECT part FROM parts)';

/** What the runs that were put together before `r`, and are no parts themselves, have in them. */
const partsBefore = `
  SELECT b.part FROM parts b WHERE b.run < r.run AND b.run NOT IN ${everyPart}
`;

/**
 * What is true of runs `r` that count: of `yard run`, since `yard mutate` breaks images on purpose, not put
 * together with others into one, and not put together once more of what an earlier one has.
 */
export const countedRuns = `r.command = 'run' AND r.run NOT IN ${everyPart} AND (
  NOT EXISTS (SELECT 1 FROM parts p WHERE p.run = r.run)
  OR EXISTS (SELECT 1 FROM parts p WHERE p.run = r.run AND p.part NOT IN (${partsBefore}))
)`;

/** An open history; the caller closes `database`. `notes` say which runs could not be read. */
export interface History {
  readonly database: Database;
  readonly notes: readonly string[];
}

/**
 * Opens the history of the runs under `root`, with every run that is over in it. Where the file fails
 * meanwhile (a full disk, a lock, another command that made it anew), all is read again into memory.
 * Throws RUN_DIRECTORY (usage) when `root` can't be listed.
 */
export async function openHistory(root: string): Promise<History> {
  const layout = { version, tables };
  try {
    return await broughtUpToDate(await openHistoryFile(join(root, historyFile), layout), root);
  } catch (thrown) {
    if (!isSqliteError(thrown)) throw thrown;
    return await broughtUpToDate(await openInMemory(layout), root);
  }
}

async function broughtUpToDate(database: Database, root: string): Promise<History> {
  try {
    return { database, notes: await synchronise(database, root) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Takes in runs that are new or changed, and drops those that went; what can't be read is noted. */
async function synchronise(database: Database, root: string): Promise<readonly string[]> {
  const known = statesIn(database);
  const present = await statesUnder(root);
  for (const run of known.keys()) if (!present.has(run)) forget(database, run);
  const notes: string[] = [];
  for (const [run, state] of present) {
    if (state === known.get(run)) continue;
    const record = await recordOf(join(root, run)).catch((thrown: unknown) => {
      notes.push(`run ${run} is not counted: ${toError(thrown).message}`);
    });
    if (record) takeIn(database, record, state);
    else if (known.has(run)) forget(database, run);
  }
  return notes;
}

/** Undefined while it is written, and where it was killed before it had said anything. */
async function recordOf(directory: string): Promise<RunRecord | undefined> {
  try {
    return (await isLiveRun(directory)) ? undefined : await readOwnRecord(directory);
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === 'RUN_UNBEGUN') return undefined;
    throw thrown;
  }
}

function statesIn(database: Database): ReadonlyMap<string, string> {
  const rows = rowsOf(database, 'SELECT run, state FROM runs');
  return new Map(rows.map(([run, state]) => [String(run), String(state)]));
}

/** All of a run or nothing, whoever else writes. */
function forget(database: Database, run: string): void {
  const remove = () => {
    for (const table of ['runs', 'cases', 'attempts', 'parts']) {
      database.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
    }
  };
  database.transaction(remove).immediate();
}

/** Another command may have taken it in meanwhile: it is there once. */
function takeIn(database: Database, record: RunRecord, state: string): void {
  const insert = inserts(database);
  const take = () => {
    forget(database, record.run);
    insert.run(...rowOfRun(record, state));
    for (const merged of record.merged ?? []) insert.part(record.run, merged);
    for (const one of record.cases) addCase(insert, record.run, one);
  };
  database.transaction(take).immediate();
}

/** Adds a row to a table. */
type Insert = (...row: readonly SqlValue[]) => void;

interface Inserts {
  readonly run: Insert;
  readonly case: Insert;
  readonly attempt: Insert;
  readonly part: Insert;
}

/** Into each table; to understand a statement takes longer than to carry it out. */
function inserts(database: Database): Inserts {
  const into = (table: string, columns: number): Insert => {
    const places = Array.from({ length: columns }, () => '?').join();
    const statement = database.prepare(`INSERT INTO ${table} VALUES (${places})`);
    return (...row) => void statement.run(...row);
  };
  const [run, part] = [into('runs', 15), into('parts', 2)];
  return { run, part, case: into('cases', 7), attempt: into('attempts', 11) };
}

function rowOfRun(record: RunRecord, state: string): readonly SqlValue[] {
  const { run, argv, startedAt, image, platform, host, verdict, shard, code = '' } = record;
  const { name, sha256, channel, version, osName, arch } = image;
  const part = shard ? `${shard.index}/${shard.count}` : '';
  const what = [run, state, argv[0] ?? '', startedAt, name, sha256, channel, version];
  return [...what, osName, arch, platform, host.accelerator.name, verdict, part, code];
}

/** Repetitions of a case in one run count as the same case; its id ends in `#n` from the second. */
function addCase(insert: Inserts, run: RunId, one: CaseRecord): void {
  const id = one.id.replace(/#\d+$/, '');
  const { suite, firmware, status, cost } = one;
  insert.case(run, id, suite, firmware, status, durationOf(one), cost.memoryMiB);
  for (const attempt of one.attempts) {
    const { outcome, durationMs = null, usage, failure } = attempt;
    const { id: signature = null, text = null } = signatureOf(attempt) ?? {};
    const took = [durationMs, usage?.cpuSeconds ?? null, usage?.peakMemoryMiB ?? null];
    const why = [failure?.code ?? null, failure?.phase ?? null, signature, text];
    insert.attempt(run, id, attempt.attempt, outcome, ...took, ...why);
  }
}
