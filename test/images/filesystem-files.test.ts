/** Taking files out of file systems: paths that exist, paths that don't, and bytes that are none. */

import { existsSync } from 'node:fs';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { detectFilesystem, extractFiles } from '../../images/filesystem-files.js';
import { type MakeFilesystem, skipUnless, usrFilesystems } from './test-disk.js';

const { signal } = new AbortController();
const env = { PATH: `${process.env['PATH']}:/usr/sbin` };

async function blank(file: string): Promise<void> {
  await writeFile(file, '');
  await truncate(file, 8 * 2 ** 20);
}

const ext: MakeFilesystem = async (directory, file) => {
  await blank(file);
  await execa('mkfs.ext4', ['-q', '-d', directory, file], { env });
};

const fat: MakeFilesystem = async (directory, file) => {
  await blank(file);
  await execa('mformat', ['-i', file, '::']);
  for (const name of ['top', 'lib']) {
    await execa('mcopy', ['-s', '-i', file, join(directory, name), '::/']);
  }
};

const kinds = [
  ['erofs', usrFilesystems['erofs'], 'mkfs.erofs'],
  ['squashfs', usrFilesystems['squashfs'], 'mksquashfs'],
  ['btrfs', usrFilesystems['btrfs'], 'mkfs.btrfs'],
  ['ext', ext, 'mkfs.ext4'],
  ['fat', fat, 'mformat'],
] as const;

for (const [kind, make, tool] of kinds) {
  t.test(kind, { skip: await skipUnless(tool) }, async (t) => {
    const root = t.testdir({ tree: { top: 'top', lib: { a: { deep: 'deep' }, other: 'other' } } });
    const filesystem = join(root, 'filesystem');
    await make?.(join(root, 'tree'), filesystem);
    t.equal(await detectFilesystem(filesystem), kind);

    const into = join(root, 'into');
    const paths = ['top', 'lib/a', 'lib/none', 'no.such/path'];
    await extractFiles({ filesystem, kind, paths, into, signal });
    t.equal(await readFile(join(into, 'top'), 'utf8'), 'top');
    t.equal(await readFile(join(into, 'lib/a/deep'), 'utf8'), 'deep', 'a directory with all in it');
    t.notOk(existsSync(join(into, 'lib/none')));
    t.notOk(existsSync(join(into, 'no.such/path')));
  });
}

t.test('no file system', async (t) => {
  const root = t.testdir({ short: 'x', empty: '' });
  await blank(join(root, 'zeros'));
  for (const name of ['short', 'empty', 'zeros']) {
    t.equal(await detectFilesystem(join(root, name)), undefined, name);
  }
});

t.test('a tool that is not installed', async (t) => {
  const root = t.testdir({ filesystem: '' });
  await mkdir(join(root, 'bin'));
  const path = process.env['PATH'];
  t.teardown(() => {
    process.env['PATH'] = path;
  });
  process.env['PATH'] = join(root, 'bin');
  const job = {
    filesystem: join(root, 'filesystem'),
    paths: ['a'],
    into: join(root, 'into'),
    signal,
  };
  await t.rejects(extractFiles({ ...job, kind: 'erofs' }), {
    code: 'MISSING_PACKAGES',
    kind: 'usage',
    message:
      'fsck.erofs is not installed; install package erofs-utils, or run: ./yard doctor --fix',
  });
});
