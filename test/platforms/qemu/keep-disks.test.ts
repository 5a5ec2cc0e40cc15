/**
 * What is left of a machine that failed, where that was asked for.
 */

import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { keepDisks } from '../../../platforms/qemu/keep-disks.js';
import type { DriveSpec } from '../../../platforms/qemu/machine-spec.js';

const limitMs = 30_000;
const create = ['create', '-q', '-f', 'qcow2'] as const;

/** A machine's disks in a directory of their own, and its image beside it. */
function placeOf(t: Pick<Tap, 'testdir'>) {
  const place = t.testdir({ disks: { tpm: { state: 'secret' } }, kept: { 'console.log': '' } });
  const image = join(place, 'image.raw');
  const drives: readonly DriveSpec[] = [
    {
      id: 'system',
      path: join(place, 'disks', 'system.qcow2'),
      content: { kind: 'overlay', backing: { path: image, format: 'raw' } },
    },
    {
      id: 'disk0',
      path: join(place, 'disks', 'disk0.qcow2'),
      content: { kind: 'blank', sizeMiB: 1 },
    },
  ];
  const [system, disk0] = drives.map(({ path }) => path) as [string, string];
  const artifactDirectory = join(place, 'kept');
  const kept = { drives, artifactDirectory, limitMs };
  return { place, image, system, disk0, kept, at: join(artifactDirectory, 'disks') };
}
type Tap = typeof t;

/** What a disk lies over, by its own word; undefined when over nothing. */
async function backingOf(path: string): Promise<string | undefined> {
  const { stdout } = await execa('qemu-img', ['info', '--output=json', path]);
  return (JSON.parse(stdout) as { 'backing-filename'?: string })['backing-filename'];
}

/** What its guest reads from a disk. */
async function bytesOf(path: string): Promise<Buffer> {
  await execa('qemu-img', ['convert', '-O', 'raw', path, `${path}.raw`]);
  return await readFile(`${path}.raw`);
}

t.test('disks are moved beside the console, and nothing else is', async (t) => {
  const { place, image, system, disk0, kept, at } = placeOf(t);
  await writeFile(image, Buffer.alloc(2 ** 20));
  await execa('qemu-img', [...create, '-b', image, '-F', 'raw', system]);
  await execa('qemu-img', [...create, disk0, '1M']);
  await keepDisks(kept);
  t.same((await readdir(at)).sort(), ['disk0.qcow2', 'system.qcow2']);
  t.equal(await backingOf(join(at, 'system.qcow2')), image);
  t.equal(await backingOf(join(at, 'disk0.qcow2')), undefined);
  t.same(await readdir(join(place, 'disks')), ['tpm']);
});

t.test('those of a fork need no template any more', async (t) => {
  const { place, image, system, disk0, kept, at } = placeOf(t);
  const template = (name: string) => join(place, `${name}.qcow2`);
  const written = join(place, 'written.raw');
  await writeFile(image, Buffer.alloc(2 ** 20));
  await writeFile(written, Buffer.alloc(2 ** 20, 'written by the first boot'));
  const convert = ['convert', '-O', 'qcow2'] as const;
  const over = ['-B', image, '-F', 'raw'] as const;
  await execa('qemu-img', [...convert, ...over, written, template('system')]);
  await execa('qemu-img', [...convert, written, template('disk0')]);
  await execa('qemu-img', [...create, '-b', template('system'), '-F', 'qcow2', system]);
  await execa('qemu-img', [...create, '-b', template('disk0'), '-F', 'qcow2', disk0]);
  await keepDisks(kept);
  t.equal(await backingOf(join(at, 'system.qcow2')), image);
  t.equal(await backingOf(join(at, 'disk0.qcow2')), undefined);
  const bytes = await readFile(written);
  for (const name of ['system', 'disk0']) {
    await rm(template(name));
    t.ok((await bytesOf(join(at, `${name}.qcow2`))).equals(bytes), `${name} has what it wrote`);
  }
});

t.test('one that can not be kept keeps no other back', async (t) => {
  const { image, system, disk0, kept, at } = placeOf(t);
  await writeFile(image, Buffer.alloc(2 ** 20));
  await writeFile(system, 'no qcow2');
  await execa('qemu-img', [...create, disk0, '1M']);
  const error = { code: 'DISK_NOT_KEPT', kind: 'infrastructure', message: /system\.qcow2/ };
  await t.rejects(keepDisks(kept), error);
  t.same(await readdir(at), ['disk0.qcow2']);
});

t.test('a machine that never had disks keeps none', async (t) => {
  const { kept, at } = placeOf(t);
  await keepDisks(kept);
  await t.rejects(access(at));
});
