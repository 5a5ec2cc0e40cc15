/**
 * The file that holds the history: made anew where it is damaged or of another version, and stood for by
 * a copy in memory where nothing may be written.
 */

import { rm } from 'node:fs/promises';
import type SqliteDriver from 'better-sqlite3';
import { toError, UsageError } from '../harness/base/errors.js';

/** An open SQLite database. */
export type Database = SqliteDriver.Database;

/** What a column holds. */
export type SqlValue = string | number | null;

/** The tables of a history, and a number that is raised whenever they or their contents change. */
export interface Layout {
  readonly version: number;
  readonly tables: string;
}

type Driver = typeof SqliteDriver;
type Load = () => Promise<{ readonly default: Driver }>;

/**
 * Opens the file, or what stands for it: a copy, too, where another command writes for longer than
 * `patienceMs`. The caller closes it. Throws like {@link openInMemory}.
 */
export async function openHistoryFile(
  path: string,
  layout: Layout,
  load: Load = builtDriver,
  patienceMs = 30_000,
): Promise<Database> {
  const sqlite = await loadDriver(load);
  const open = (file: string | Buffer) =>
    openUsable(new sqlite(file, { timeout: patienceMs }), layout);
  try {
    const found = open(path);
    if (found) return found;
    for (const file of [`${path}-journal`, path]) await rm(file, { force: true });
    const anew = open(path);
    if (anew) return anew;
  } catch {
    // It is only a cache: where it can't be kept, the next command makes it again.
  }
  const bytes = bytesOf(sqlite, path);
  const copy = bytes && open(bytes);
  return copy ?? (await openInMemory(layout, load));
}

/**
 * An empty one that nothing is kept of. SQLITE_MISSING (usage) where the driver was not built when the
 * packages were installed: it alone needs a compiler or a download, and all but the history works
 * without.
 */
export async function openInMemory(layout: Layout, load: Load = builtDriver): Promise<Database> {
  const sqlite = await loadDriver(load);
  return made(new sqlite(':memory:'), layout);
}

const builtDriver: Load = () => import('better-sqlite3');

/** As SQLite reads them, so that half of what another command writes is none of it; undefined if it can't. */
function bytesOf(sqlite: Driver, path: string): Buffer | undefined {
  try {
    const database = new sqlite(path, { readonly: true, timeout: 0 });
    try {
      return database.serialize();
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

async function loadDriver(load: Load): Promise<Driver> {
  try {
    const { default: sqlite } = await load();
    new sqlite(':memory:').close();
    return sqlite;
  } catch (cause) {
    const why = toError(cause).message.split('\n')[0];
    const remedy = 'install g++, make and python3, remove node_modules, and call ./yard again';
    const message = `the history needs better-sqlite3, which is not built here (${why}); ${remedy}`;
    throw new UsageError('SQLITE_MISSING', message, { cause });
  }
}

/** Undefined for what is no database, damaged, or of another version; throws where none can be written. */
function openUsable(database: Database, layout: Layout): Database | undefined {
  try {
    made(database, layout);
    if (isWhole(database, layout)) return requireWritable(database, layout);
  } catch (error) {
    database.close();
    if (isDamage(error)) return undefined;
    throw error;
  }
  database.close();
  return undefined;
}

/** Puts the tables into an empty database. Another command may do the same: it is waited for. */
function made(database: Database, { version, tables }: Layout): Database {
  const make = () => {
    const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    if (isEmpty) database.exec(`${tables} PRAGMA user_version = ${version};`);
  };
  database.transaction(make).immediate();
  return database;
}

function isWhole(database: Database, { version }: Layout): boolean {
  const ask = (pragma: string) => database.pragma(pragma, { simple: true });
  return ask('user_version') === version && ask('quick_check') === 'ok';
}

/** A file that may only be read is opened all the same, and fails at the first change. */
function requireWritable(database: Database, { version }: Layout): Database {
  database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${version}; ROLLBACK`);
  return database;
}

function isDamage(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return /^SQLITE_(?:NOTADB|CORRUPT)/.test(String(code));
}

/** What SQLite itself reports, whichever of its codes. */
export function isSqliteError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'SqliteError';
}

/** The rows that a query finds, each as its columns in order. */
export function rowsOf(
  database: Database,
  query: string,
  ...values: readonly SqlValue[]
): readonly SqlValue[][] {
  return database
    .prepare(query)
    .raw()
    .all(...values) as SqlValue[][];
}
