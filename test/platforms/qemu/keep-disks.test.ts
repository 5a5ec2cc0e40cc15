/**
 * What is left of a machine that failed, where that was asked for.
 */

import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { keepDisks } from '../../../platforms/qemu/keep-disks.js';

t.test('disks are moved beside the console, and nothing else is', async (t) => {
  const place = t.testdir({
    disks: { 'system.qcow2': 'overlay', 'disk0.qcow2': 'data', tpm: { state: 'secret' } },
    kept: { 'console.log': '' },
  });
  await keepDisks(join(place, 'disks'), join(place, 'kept'));
  t.same((await readdir(join(place, 'kept', 'disks'))).sort(), ['disk0.qcow2', 'system.qcow2']);
  t.equal(await readFile(join(place, 'kept', 'disks', 'system.qcow2'), 'utf8'), 'overlay');
  t.same(await readdir(join(place, 'disks')), ['tpm']);
});

t.test('a machine that never had disks keeps none', async (t) => {
  const place = t.testdir({ kept: {} });
  await keepDisks(join(place, 'disks'), join(place, 'kept'));
  await t.rejects(access(join(place, 'kept', 'disks')));
});
