/**
 * The cache of templates: only whole ones are found, and it does not grow without bound.
 */

import { existsSync, mkdtempSync, readdirSync, readlinkSync } from 'node:fs';
import {
  appendFile,
  type FileHandle,
  open as openFile,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { firstTouched } from '../../../../platforms/qemu/template/template-files.js';
import {
  type TemplateFacts,
  TemplateStore,
} from '../../../../platforms/qemu/template/template-store.js';

const facts: TemplateFacts = { key: 'a1', kind: 'held', qemu: '10.0.2', bootMs: 1 };

function open(t: Pick<Tap, 'teardown'>, limitBytes = 2 ** 30) {
  const directory = mkdtempSync(join(tmpdir(), 'yard-test-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  return { directory, store: new TemplateStore({ directory, limitBytes }) };
}
type Tap = typeof t;

/** Of the files, in seconds: one that can be put back exactly. */
const writtenAt = 1_700_000_000;

/** Publishes a template of about `kib` KiB. */
async function put(store: TemplateStore, key: string, kib = 1): Promise<void> {
  const draft = await store.draft();
  await writeFile(join(draft, 'memory'), Buffer.alloc(kib * 1024, 1));
  await writeFile(join(draft, 'state'), 'state');
  await writeFile(join(draft, 'journal.jsonl'), '{"MESSAGE":"x"}');
  const names = ['memory', 'state', 'journal.jsonl'];
  for (const name of names) await utimes(join(draft, name), writtenAt, writtenAt);
  await store.publish(draft, { ...facts, key }, ['Linux version 6']);
}

t.test('what was published is found, by another store too', async (t) => {
  const { directory, store } = open(t);
  t.equal(await store.find('a1', '10.0.2'), undefined);
  await put(store, 'a1');
  const found = await new TemplateStore({ directory, limitBytes: 1 }).find('a1', '10.0.2');
  t.match(found, { directory: join(directory, 'a1'), meta: facts, history: ['Linux version 6'] });
  t.strictSame(readdirSync(directory), ['a1'], 'no draft is left');
});

t.test('what is found was on the disk before it had its name', async (t) => {
  const { directory, store } = open(t);
  const handle = await openFile(directory);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const synced: string[] = [];
  const { sync } = prototype;
  const calls = t.capture(prototype, 'sync', async function (this: FileHandle) {
    synced.push(basename(readlinkSync(`/proc/self/fd/${this.fd}`)));
    t.notOk(existsSync(join(directory, 'a1')));
    await sync.call(this);
  });
  await put(store, 'a1');
  calls.restore();
  t.ok(existsSync(join(directory, 'a1')));
  const [own, ...files] = [...synced].reverse();
  t.match(own, /^switchyard-.*-draft$/, 'the names of the files last');
  t.same(files.sort(), ['history.json', 'journal.jsonl', 'memory', 'state', 'template.json']);
});

/** Damage that size and times, to the nanosecond, don't show. */
async function changeUnseen(file: string, change: (file: string) => Promise<void>): Promise<void> {
  await execa('touch', ['--reference', file, `${file}.times`]);
  await change(file);
  await execa('touch', ['--reference', `${file}.times`, file]);
  await rm(`${file}.times`);
}

async function emptied(file: string): Promise<void> {
  const { size } = await stat(file);
  await writeFile(file, Buffer.alloc(size));
}

t.test('what is not whole is never trusted, and removed under its lock alone', async (t) => {
  const spoil: Record<string, (directory: string) => Promise<void>> = {
    'memory cut short': async (at) => await truncate(join(at, 'memory'), 10),
    'memory gone': async (at) => await rm(join(at, 'memory')),
    'memory touched': async (at) => await utimes(join(at, 'memory'), 1, 1),
    'state changed, time put back': async (at) => {
      await writeFile(join(at, 'state'), 'STATE');
      await utimes(join(at, 'state'), writtenAt, writtenAt);
    },
    'history emptied by a power cut': async (at) =>
      await changeUnseen(join(at, 'history.json'), emptied),
    'another history': async (at) =>
      await changeUnseen(join(at, 'history.json'), async (file) => {
        await writeFile(file, '["Linux version 7"]');
      }),
    'journal emptied by a power cut': async (at) =>
      await changeUnseen(join(at, 'journal.jsonl'), emptied),
    'page damaged': async (at) => await truncate(join(at, 'template.json'), 20),
    'page of another schema': async (at) =>
      await writeFile(join(at, 'template.json'), '{"schema":99}'),
    'history grown': async (at) => await appendFile(join(at, 'history.json'), ' '),
  };
  for (const [name, change] of Object.entries(spoil)) {
    const { directory, store } = open(t);
    await put(store, 'a1');
    await change(join(directory, 'a1'));
    t.equal(await store.find('a1', '10.0.2'), undefined, name);
    t.ok(existsSync(join(directory, 'a1')), `${name}: it may be another's by now`);
    t.equal(await store.findOrClear('a1', '10.0.2'), undefined, name);
    t.notOk(existsSync(join(directory, 'a1')), `${name}: removed`);
  }
});

t.test('some other bytes with size and time of the old ones', async (t) => {
  const { directory, store } = open(t);
  await put(store, 'a1', 3 * 1024);
  const memory = join(directory, 'a1', 'memory');
  const later = new TemplateStore({ directory, limitBytes: 2 ** 30 });
  const template = await later.find('a1', '10.0.2');
  if (!template) throw new Error('nothing was published');
  const put1 = async (byte: number) => {
    const file = await openFile(memory, 'r+');
    await file.write(Buffer.from([byte]), 0, 1, 2 ** 20 + 7);
    await file.close();
    await utimes(memory, writtenAt, writtenAt);
  };
  await put1(2);
  t.ok(await later.find('a1', '10.0.2'), 'it looks whole');
  await t.rejects(later.verify(template), {
    ...{ code: 'BAD_TEMPLATE', kind: 'infrastructure', phase: 'qemu' },
    message: `${memory} is not what it was at byte ${2 ** 20}`,
  });
  await put1(1);
  await later.verify(template);
  await put1(2);
  await later.verify(template);
  t.pass('what was verified once is not read again');
  await store.verify(template);
  t.pass('nor is what a store has published itself');
});

t.test('what another command evicts while it is used is the host’s doing', async (t) => {
  const { directory, store } = open(t);
  const gone = await readFile(join(directory, 'a1', 'memory')).catch((error: Error) => error);
  t.match(store.explain(gone), { kind: 'infrastructure', code: 'TEMPLATE_GONE', cause: gone });
  const other = await readFile(join(tmpdir(), 'nowhere', 'a1')).catch((error: Error) => error);
  t.equal(store.explain(other), other, 'any other error stays what it is');
});

t.test('a template that proved bad goes, and none that has taken its place', async (t) => {
  const { directory, store } = open(t);
  const { signal } = new AbortController();
  await put(store, 'a1');
  const bad = await store.find('a1', '10.0.2');
  if (!bad) throw new Error('nothing was published');
  const newer = { ...bad.meta, createdAt: '2030-01-01T00:00:00.000Z' };
  await writeFile(join(directory, 'a1', 'template.json'), JSON.stringify(newer));
  await store.discard(bad, signal);
  t.ok(await store.find('a1', '10.0.2'), 'made anew by somebody else');
  await store.discard({ ...bad, meta: newer }, signal);
  t.notOk(existsSync(join(directory, 'a1')));
});

t.test('what has been written to is told from what was evicted', async (t) => {
  const { directory, store } = open(t);
  await put(store, 'a1');
  const template = await store.find('a1', '10.0.2');
  if (!template) throw new Error('nothing was published');
  t.equal(await firstTouched(template), undefined);
  await appendFile(join(directory, 'a1', 'memory'), 'x');
  t.equal(await firstTouched(template), 'memory');
  await rm(directory, { recursive: true });
  t.equal(await firstTouched(template), undefined);
});

t.test('a template under the wrong name is foreign', async (t) => {
  const { directory, store } = open(t);
  const draft = await store.draft();
  await writeFile(join(draft, 'state'), 'state');
  await store.publish(draft, facts, []);
  const { renameSync } = await import('node:fs');
  renameSync(join(directory, 'a1'), join(directory, 'a2'));
  t.equal(await store.find('a2', '10.0.2'), undefined);
});

t.test('least recently used goes first, the newest stays', async (t) => {
  const { directory, store } = open(t, 250 * 1024);
  await put(store, 'a', 100);
  await utimes(join(directory, 'a'), 1, 1);
  await put(store, 'b', 100);
  await utimes(join(directory, 'b'), 2, 2);
  await store.find('a', '10.0.2');
  await put(store, 'c', 100);
  t.strictSame(readdirSync(directory).sort(), ['a', 'c']);
  await put(store, 'd', 400);
  t.strictSame(readdirSync(directory), ['d'], 'what is needed now is kept, however large');
});

t.test('one holder of a lock at a time', async (t) => {
  const { store } = open(t);
  const held = await store.lock('a1', AbortSignal.timeout(5_000));
  const order: string[] = [];
  const second = store.lock('a1', AbortSignal.timeout(5_000)).then(async (lock) => {
    order.push('second');
    await lock[Symbol.asyncDispose]();
  });
  await store.lock('a2', AbortSignal.timeout(5_000)).then((lock) => lock[Symbol.asyncDispose]());
  order.push('first');
  await held[Symbol.asyncDispose]();
  await second;
  t.strictSame(order, ['first', 'second']);
  await t.rejects(
    (async () => {
      await using _mine = await store.lock('a1', AbortSignal.timeout(5_000));
      await store.lock('a1', AbortSignal.abort(new Error('given up')));
    })(),
    { message: 'given up' },
  );
});
