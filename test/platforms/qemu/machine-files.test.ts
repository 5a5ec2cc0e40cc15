/**
 * The machine reads the bytes that a suite gave, the record shows them without secrets.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { role } from '../../../harness/model/topology.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { writeMachineFiles } from '../../../platforms/qemu/machine-files.js';
import { planMachines } from '../../../platforms/qemu/machine-plan.js';
import { makeWorkbench } from './payload.js';

t.test('a config of bytes', async (t) => {
  const work = await makeWorkbench();
  t.teardown(async () => await rm(work.directory, { recursive: true }));
  const user = { name: 'core', passwordHash: '$6$SECRET' };
  const config = JSON.stringify({ ignition: { version: '3.3.0' }, passwd: { users: [user] } });
  const topology = { roles: { main: role({ provisioning: { kind: 'raw', config } }) } };
  const directory = t.testdir({});
  const places = { directory, diskDirectory: join(directory, 'disks') };
  const request = { ...work.request({}), artifactDirectory: join(directory, 'kept'), topology };
  const [plan] = planMachines(request, { accelerator: 'tcg', uefi: undefined, ...places });
  if (!plan) throw new Error('no machine was planned');
  const { signal } = new AbortController();
  await writeMachineFiles(plan, makeHarnessKeys(), signal, { disks: 'present' });
  const read = await readFile(plan.spec.config?.path ?? '', 'utf8');
  t.equal(read.trimEnd(), config);
  const kept = await readFile(join(plan.artifactDirectory, 'ignition.json'), 'utf8');
  t.notMatch(kept, 'SECRET');
  t.match(JSON.parse(kept), {
    passwd: { users: [{ name: 'core', passwordHash: /^masked sha256/ }] },
  });
});
