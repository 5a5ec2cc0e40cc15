/**
 * What makes a cached image, or a cached part of it, stale: any source, any setting, nothing else.
 */

import { appendFile, cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { buildKeys, stageSources } from '../../../images/reference/build-keys.js';
import { imageSettings, type Variant } from '../../../images/reference/build-options.js';
import { filesAt, readSources, sourceDigest } from '../../../images/reference/source-digest.js';

const builder = join(projectRoot(), 'images', 'reference');

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(directory, join(entry.parentPath, entry.name))).sort();
}

function digestAt(root: string, paths: readonly string[]): string {
  const sources = readSources(root);
  return sourceDigest(sources, filesAt(sources, paths));
}

const slot = { priority: 2, tries: 1, successful: false };

/** One variant for each thing that a variant can say. */
const variants: readonly Variant[] = [
  { name: 'standard' },
  { name: 'named' },
  { name: 'standard', removeFiles: ['bin/jq'] },
  { name: 'standard', removeFiles: ['bin/ls'] },
  { name: 'standard', addFiles: [{ path: 'a', contents: 'x', mode: 0o644 }] },
  { name: 'standard', addFiles: [{ path: 'a', contents: 'y', mode: 0o644 }] },
  { name: 'standard', addFiles: [{ path: 'a', contents: 'x', mode: 0o755 }] },
  { name: 'standard', kernelArguments: { append: ['quiet'] } },
  { name: 'standard', kernelArguments: { remove: ['quiet'] } },
  { name: 'standard', slots: { a: slot } },
  { name: 'standard', slots: { b: slot } },
  { name: 'standard', osRelease: { NAME: 'Another' } },
  { name: 'standard', removeFromEsp: ['flatcar/first_boot'] },
  { name: 'standard', corruptUsrAt: 0 },
  { name: 'standard', corruptUsrAt: 4096 },
];

t.test('every difference that a caller can ask for is another image', async (t) => {
  const wanted = [
    ...variants.map((variant) => imageSettings({ variant })),
    imageSettings({ channel: 'stable' }),
    imageSettings({ version: '9999.0.1' }),
    imageSettings({ channel: 'developer' }),
  ];
  const keys = wanted.map((settings) => buildKeys(builder, settings));
  t.equal(new Set(keys.map(({ image }) => image)).size, wanted.length);
  t.equal(new Set(keys.map(({ stage }) => stage)).size, 1, 'made from one staged tree');
  t.equal(new Set(keys.map(({ hook }) => hook)).size, 1, 'and from one tree of packages');
});

t.test('the same request has the same key, from whatever directory', async (t) => {
  const copy = join(t.testdir(), 'elsewhere');
  await cp(builder, copy, { recursive: true });
  const defaults = imageSettings({ channel: 'alpha', version: '9999.0.0' });
  t.same(buildKeys(copy, defaults), buildKeys(builder, imageSettings({})));
});

t.test('the key of an image is made of every source file', async (t) => {
  const files = await filesBelow(builder);
  t.ok(files.length > 50, 'the sources were found');
  const sources = readSources(builder);
  t.same([...sources.keys()].sort(), files);
  const staged = files.filter((file) =>
    stageSources.some((path) => file === path || file.startsWith(`${path}/`)),
  );
  t.same([...filesAt(sources, stageSources)].sort(), staged);
});

t.test('a change of a source file is noticed where it matters', async (t) => {
  const copy = join(t.testdir(), 'reference');
  await cp(builder, copy, { recursive: true });
  const settings = imageSettings({});
  const before = buildKeys(copy, settings);
  const nowhere = { hook: false, stage: false, agent: false };
  const changes = [
    ['steps/place.c', nowhere],
    ['toolbox.ts', nowhere],
    ['root/usr/bin/cgpt', { ...nowhere, stage: true }],
    ['agent/main.go', { ...nowhere, stage: true, agent: true }],
    ['steps/stage/etc.sh', { ...nowhere, stage: true }],
    ['steps/os-hook.sh', { ...nowhere, hook: true }],
    ['steps/fetch.sh', { ...nowhere, hook: true }],
  ] as const;
  for (const [file, expected] of changes) {
    const contents = await readFile(join(copy, file));
    await appendFile(join(copy, file), '\n');
    const after = buildKeys(copy, settings);
    await writeFile(join(copy, file), contents);
    t.not(after.image, before.image, `${file}: another image`);
    t.equal(after.stage !== before.stage, expected.stage, `${file}: another staged tree?`);
    t.equal(after.agent !== before.agent, expected.agent, `${file}: another agent?`);
    t.equal(after.hook !== before.hook, expected.hook, `${file}: another tree of packages?`);
  }
  t.same(buildKeys(copy, settings), before, 'restored');
});

t.test('what comes beside the disk may change, and the disk stays', async (t) => {
  const copy = join(t.testdir(), 'reference');
  await cp(builder, copy, { recursive: true });
  const before = buildKeys(copy, imageSettings({}));
  const inside = ['live/initrd/init', 'secure/sbat.csv', 'selinux/local.cil'];
  for (const file of [
    ...inside,
    ...['live', 'secure', 'selinux'].map((one) => `steps/${one}.sh`),
  ]) {
    await appendFile(join(copy, file), '\n');
    const { beside, ...others } = buildKeys(copy, imageSettings({}));
    t.match(before, others, file);
    t.not(beside, before.beside, file);
  }
  await appendFile(join(copy, 'initrd/scripts/quench'), '\n');
  t.not(buildKeys(copy, imageSettings({})).image, before.image);
});

t.test('a file that comes, goes or is renamed is noticed', async (t) => {
  const root = t.testdir({ d: { a: 'x', b: 'y' } });
  const digest = () => digestAt(root, ['d']);
  const seen = [digest()];
  await writeFile(join(root, 'd', 'c'), '');
  seen.push(digest());
  await rename(join(root, 'd', 'c'), join(root, 'd', 'e'));
  seen.push(digest());
  await rm(join(root, 'd', 'a'));
  seen.push(digest());
  await writeFile(join(root, 'd', 'a'), 'xd/b');
  seen.push(digest());
  t.equal(new Set(seen).size, seen.length);
});

t.test('the order of the paths does not matter, a missing path does', async (t) => {
  const root = t.testdir({ a: 'x', b: 'y' });
  t.equal(digestAt(root, ['a', 'b']), digestAt(root, ['b', 'a']));
  t.throws(() => digestAt(root, ['a', 'c']), { message: 'the builder has no file c' });
});

t.test('what the staging step reads is among its sources', async (t) => {
  const scripts = ['steps/stage.sh', 'steps/common.sh', 'steps/oci.sh', 'steps/agent.sh'];
  for (const script of scripts) t.ok(stageSources.includes(script), script);
  const parts = filesAt(readSources(builder), ['steps/stage']);
  for (const script of [...scripts, ...parts]) {
    const text = await readFile(join(builder, script), 'utf8');
    for (const [, path] of text.matchAll(/\/source\/([\w./-]+)/g)) {
      const known = stageSources.some(
        (source) => path === source || path?.startsWith(`${source}/`),
      );
      t.ok(known, `${script} reads ${path}`);
    }
  }
});
