/**
 * The history of many runs in SQLite: a cache over their records, brought up to date when it is
 * opened and made anew when it is damaged or of another version. SQLite is the WebAssembly build:
 * a native one would need a compiler or a download beyond the npm registry on every host.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import initSqlJs, { type Database } from 'sql.js';
import { HarnessError, toError } from '../harness/base/errors.js';
import { parseRunId, type RunId } from '../harness/model/ids.js';
import type { CaseRecord, RunRecord } from '../harness/model/record.js';
import { signatureOf } from './failure-signature.js';
import { readOwnRecord, writeWhole } from './record-file.js';
import { durationOf } from './reporters/explain.js';
import { runFiles } from './run-files.js';
import { isLiveRun } from './run-store.js';

/** Raised whenever the tables or what is put into them changes. */
const databaseVersion = 7;

/** The file under the root of the runs. */
export const historyFile = 'history.sqlite';

const tables = `
  CREATE TABLE runs (
    run TEXT PRIMARY KEY, state TEXT NOT NULL, command TEXT NOT NULL, started_at TEXT NOT NULL,
    image TEXT NOT NULL, sha256 TEXT NOT NULL, channel TEXT NOT NULL, version TEXT NOT NULL,
    os_name TEXT NOT NULL, arch TEXT NOT NULL,
    platform TEXT NOT NULL, accelerator TEXT NOT NULL, verdict TEXT NOT NULL,
    shard TEXT NOT NULL
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
  CREATE INDEX attempts_by_id ON attempts (case_id);
  PRAGMA user_version = ${databaseVersion};
`;

/** An open history; the caller closes `database`. `notes` say which runs could not be read. */
export interface History {
  readonly database: Database;
  readonly notes: readonly string[];
}

/** Opens the history of the runs under `root`, with every run that is over in it, and saves it. */
export async function openHistory(root: string): Promise<History> {
  const path = join(root, historyFile);
  const { database, isNew } = await openDatabase(path);
  const { notes, changes } = await synchronise(database, root);
  if (isNew || changes > 0) await save(database, path);
  return { database, notes };
}

async function openDatabase(path: string): Promise<{ database: Database; isNew: boolean }> {
  const sqlite = await initSqlJs();
  const bytes = await readFile(path).catch(() => undefined);
  const known = bytes && new sqlite.Database(bytes);
  if (known && isUsable(known)) return { database: known, isNew: false };
  known?.close();
  const database = new sqlite.Database();
  database.run(tables);
  return { database, isNew: true };
}

function isUsable(database: Database): boolean {
  try {
    const [version] = database.exec('PRAGMA user_version');
    const [check] = database.exec('PRAGMA quick_check');
    return version?.values[0]?.[0] === databaseVersion && check?.values[0]?.[0] === 'ok';
  } catch {
    return false;
  }
}

/** Only a cache: where it can't be kept, the next command makes it again. */
async function save(database: Database, path: string): Promise<void> {
  await writeWhole(path, database.export()).catch(() => undefined);
}

interface Synchronised {
  readonly notes: readonly string[];
  readonly changes: number;
}

/** Takes in runs that are new or changed, and drops those that went. */
async function synchronise(database: Database, root: string): Promise<Synchronised> {
  const known = statesIn(database);
  const names = await readdir(root).catch(() => []);
  const present = names.map(parseRunId).filter((run) => run !== undefined);
  const gone = [...known.keys()].filter((run) => !present.includes(run as RunId));
  for (const run of gone) forget(database, run);
  const notes: string[] = [];
  let changes = gone.length;
  for (const run of present) {
    const directory = join(root, run);
    const state = await stateOf(directory);
    if (state === undefined || state === known.get(run) || (await isLiveRun(directory))) continue;
    forget(database, run);
    changes += 1;
    await takeIn(database, { directory, state }).catch((thrown: unknown) => {
      if (thrown instanceof HarnessError && thrown.code === 'RUN_UNBEGUN') return;
      notes.push(`run ${run} is not counted: ${toError(thrown).message}`);
    });
  }
  return { notes, changes };
}

function statesIn(database: Database): ReadonlyMap<string, string> {
  const rows = database.exec('SELECT run, state FROM runs')[0]?.values ?? [];
  return new Map(rows.map(([run, state]) => [String(run), String(state)]));
}

/** Changes when the record does, or the log of a run that was killed before it wrote one. */
async function stateOf(directory: string): Promise<string | undefined> {
  for (const file of [runFiles.record, runFiles.events]) {
    const found = await stat(join(directory, file)).catch(() => undefined);
    if (found) return `${file} ${found.mtimeMs} ${found.size}`;
  }
  return undefined;
}

function forget(database: Database, run: string): void {
  for (const table of ['runs', 'cases', 'attempts', 'parts']) {
    database.run(`DELETE FROM ${table} WHERE run = ?`, [run]);
  }
}

async function takeIn(
  database: Database,
  { directory, state }: { readonly directory: string; readonly state: string },
): Promise<void> {
  const record = await readOwnRecord(directory);
  database.run('BEGIN');
  try {
    addRun(database, record, state);
    for (const one of record.cases) addCase(database, record.run, one);
    database.run('COMMIT');
  } catch (error) {
    database.run('ROLLBACK');
    throw error;
  }
}

function addRun(database: Database, record: RunRecord, state: string): void {
  const { run, argv, startedAt, image, platform, host, verdict, shard } = record;
  const { name, sha256, channel, version, osName, arch } = image;
  const row = [run, state, argv[0] ?? '', startedAt, name, sha256, channel, version];
  const part = shard ? `${shard.index}/${shard.count}` : '';
  const rest = [osName, arch, platform, host.accelerator.name, verdict, part];
  database.run('INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)', [...row, ...rest]);
  for (const merged of record.merged ?? []) {
    database.run('INSERT INTO parts VALUES (?,?)', [run, merged]);
  }
}

/** Repetitions of a case in one run count as the same case; its id ends in `#n` from the second. */
function addCase(database: Database, run: RunId, one: CaseRecord): void {
  const id = one.id.replace(/#\d+$/, '');
  const { suite, firmware, status, cost } = one;
  const row = [run, id, suite, firmware, status, durationOf(one), cost.memoryMiB];
  database.run('INSERT INTO cases VALUES (?,?,?,?,?,?,?)', row);
  for (const attempt of one.attempts) {
    const { outcome, durationMs = null, usage, failure } = attempt;
    const { id: signature = null, text = null } = signatureOf(attempt) ?? {};
    const why = [failure?.code ?? null, failure?.phase ?? null, signature, text];
    const took = [durationMs, usage?.cpuSeconds ?? null, usage?.peakMemoryMiB ?? null];
    const values = [run, id, attempt.attempt, outcome, ...took, ...why];
    database.run('INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?,?,?,?)', values);
  }
}
