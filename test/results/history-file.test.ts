/**
 * The file of the history: kept where it can be, made anew where it can't be trusted, shared by two
 * commands at once.
 */

import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type Database, openHistoryFile, rowsOf } from '../../results/history-file.js';

const layout = { version: 3, tables: 'CREATE TABLE things (name TEXT NOT NULL);' };

function add(database: Database, name: string): void {
  database.prepare('INSERT INTO things VALUES (?)').run(name);
}

function namesIn(database: Database): readonly unknown[] {
  return rowsOf(database, 'SELECT name FROM things ORDER BY name').map(([name]) => name);
}

/** Opens the file, asks, and closes it. */
async function inFile<T>(path: string, ask: (database: Database) => T): Promise<T> {
  const database = await openHistoryFile(path, layout);
  try {
    return ask(database);
  } finally {
    database.close();
  }
}

/** Root may write whatever its mode is: for it somebody else asks. */
async function withoutRights<T>(ask: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await ask();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

t.test('what was written is there again', async (t) => {
  const path = join(t.testdir(), 'history.sqlite');
  await inFile(path, (database) => add(database, 'one'));
  const { mtimeMs } = await stat(path);
  t.same(await inFile(path, namesIn), ['one']);
  t.equal((await stat(path)).mtimeMs, mtimeMs, 'reading writes nothing');
});

t.test('two at once see what the other wrote', async (t) => {
  const path = join(t.testdir(), 'history.sqlite');
  const both = await Promise.all([openHistoryFile(path, layout), openHistoryFile(path, layout)]);
  const [one, other] = both;
  add(one, 'one');
  add(other, 'other');
  for (const database of both) t.same(namesIn(database), ['one', 'other']);
  for (const database of both) database.close();
});

t.test('of another version, damaged or no database: begun anew, and kept', async (t) => {
  const path = join(t.testdir(), 'history.sqlite');
  const begunAnew = async (why: string) => {
    t.same(await inFile(path, namesIn), [], why);
    await inFile(path, (database) => add(database, 'kept'));
    t.same(await inFile(path, namesIn), ['kept'], `kept again, ${why}`);
  };
  await begunAnew('none');
  const other = await openHistoryFile(`${path}.other`, { ...layout, version: 4 });
  other.close();
  await writeFile(path, await readFile(`${path}.other`));
  await begunAnew('of another version');
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, 5000));
  await begunAnew('cut short');
  await writeFile(path, whole.fill(0xa5, 4200));
  await begunAnew('overwritten');
  await writeFile(path, 'SQLite would say otherwise');
  await begunAnew('no database');
});

t.test('where it can’t be written, a copy in memory answers', async (t) => {
  const root = t.testdir();
  const nowhere = join(root, 'none', 'history.sqlite');
  await inFile(nowhere, (database) => {
    add(database, 'one');
    t.same(namesIn(database), ['one']);
  });
  await t.rejects(stat(nowhere), { code: 'ENOENT' });
  await mkdir(join(root, 'directory'));
  t.same(await inFile(join(root, 'directory'), namesIn), []);
});

t.test('what may only be read is read, and a copy takes the changes', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'history-'));
  t.teardown(async () => await rm(root, { recursive: true }));
  const path = join(root, 'history.sqlite');
  await inFile(path, (database) => add(database, 'one'));
  const addOther = (database: Database) => {
    add(database, 'other');
    return namesIn(database);
  };
  for (const [file, directory] of [
    [0o444, 0o555],
    [0o444, 0o777],
    [0o666, 0o555],
  ] as const) {
    for (const [name, mode] of [[path, file] as const, [root, directory] as const]) {
      await chmod(name, mode);
    }
    const names = await withoutRights(async () => await inFile(path, addOther));
    t.same(names, ['one', 'other'], `${file.toString(8)} in ${directory.toString(8)}`);
  }
  await chmod(root, 0o755);
  t.same(await inFile(path, namesIn), ['one']);
});

t.test('while another writes for too long, a copy of what it had is read', async (t) => {
  const path = join(t.testdir(), 'history.sqlite');
  const writer = await openHistoryFile(path, layout);
  add(writer, 'one');
  writer.exec('BEGIN IMMEDIATE; INSERT INTO things VALUES (1)');
  const copy = await openHistoryFile(path, layout, undefined, 100);
  t.same(namesIn(copy), ['one']);
  add(copy, 'two');
  copy.close();
  writer.exec('ROLLBACK');
  t.same(namesIn(writer), ['one']);
  writer.exec('BEGIN EXCLUSIVE');
  const none = await openHistoryFile(path, layout, undefined, 100);
  t.same(namesIn(none), [], 'half of what is being written is not taken for all of it');
  none.close();
  writer.close();
});

t.test('without the driver it is said what to install', async (t) => {
  const path = join(t.testdir(), 'history.sqlite');
  const absent = async () => {
    throw new Error("Cannot find package 'better-sqlite3'\nRequire stack: …");
  };
  await t.rejects(openHistoryFile(path, layout, absent), {
    kind: 'usage',
    code: 'SQLITE_MISSING',
    message:
      "the history needs better-sqlite3, which is not built here (Cannot find package 'better-sqlite3'); " +
      'install g++, make and python3, remove node_modules, and call ./yard again',
  });
});
