/**
 * A template's files under a machine's own names.
 */

import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import t from 'tap';
import { linkFiles } from '../../../../platforms/qemu/template/link-files.js';
import type { Template } from '../../../../platforms/qemu/template/template.js';
import { firstTouched } from '../../../../platforms/qemu/template/template-files.js';
import { TemplateStore } from '../../../../platforms/qemu/template/template-store.js';

const facts = { key: 'a1', kind: 'held', qemu: '10.0.2', bootMs: 1 } as const;

async function publish(directory: string): Promise<{ store: TemplateStore; template: Template }> {
  const store = new TemplateStore({ directory, limitBytes: 2 ** 30 });
  const draft = await store.draft();
  for (const name of ['memory', 'state', 'system.qcow2']) await writeFile(join(draft, name), name);
  return { store, template: await store.publish(draft, facts, []) };
}

t.test('they outlast the template, and are known to the reaper before they exist', async (t) => {
  const { store, template } = await publish(t.testdir({}));
  const occupied: string[] = [];
  const occupies = (directory: string) => {
    t.notOk(existsSync(directory));
    occupied.push(directory);
  };
  const own = await linkFiles(template, { occupies });
  t.same(occupied, [own.directory]);
  t.match(basename(own.directory), /^switchyard-/, 'which it takes for ours');
  t.equal(dirname(own.directory), dirname(template.directory), 'on the file system of the cache');
  const inodes = [template, own].map(async ({ directory }) => {
    return (await stat(join(directory, 'memory'))).ino;
  });
  t.equal(new Set(await Promise.all(inodes)).size, 1, 'no copy');
  await store.discard(template, new AbortController().signal);
  t.notOk(existsSync(template.directory));
  t.equal(await readFile(join(own.directory, 'system.qcow2'), 'utf8'), 'system.qcow2');
  t.equal(await firstTouched(own), undefined, 'unchanged by that');
});

t.test('a template that was evicted is said to be gone', async (t) => {
  const { store, template } = await publish(t.testdir({}));
  await rm(template.directory, { recursive: true });
  let directory = '';
  const occupies = (one: string) => {
    directory = one;
  };
  const error = await linkFiles(template, { occupies }).catch((thrown: Error) => thrown);
  t.match(store.explain(error), { code: 'TEMPLATE_GONE' });
  t.notOk(existsSync(directory));
});

t.test('links are no templates', async (t) => {
  const { store, template } = await publish(t.testdir({}));
  const own = await linkFiles(template, { occupies: () => undefined });
  t.equal(await store.find(basename(own.directory), '10.0.2'), undefined);
});
