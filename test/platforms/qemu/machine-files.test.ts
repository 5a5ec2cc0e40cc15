/**
 * The machine reads the bytes that a suite gave, the record shows them without secrets.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Test, t } from 'tap';
import { type Role, role } from '../../../harness/model/topology.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { writeHandLine, writeMachineFiles } from '../../../platforms/qemu/machine-files.js';
import { planMachines } from '../../../platforms/qemu/machine-plan.js';
import { makeWorkbench } from './payload.js';

async function planOf(t: Test, provisioning: Role['provisioning']) {
  const work = await makeWorkbench();
  t.teardown(async () => await rm(work.directory, { recursive: true }));
  const topology = { roles: { main: role({ provisioning }) } };
  const directory = t.testdir({});
  const places = { directory, diskDirectory: join(directory, 'disks') };
  const request = { ...work.request({}), artifactDirectory: join(directory, 'kept'), topology };
  const [plan] = planMachines(request, { accelerator: 'tcg', uefi: undefined, ...places });
  if (!plan) throw new Error('no machine was planned');
  return plan;
}

t.test('a config of bytes', async (t) => {
  const user = { name: 'core', passwordHash: '$6$SECRET' };
  const config = JSON.stringify({ ignition: { version: '3.3.0' }, passwd: { users: [user] } });
  const plan = await planOf(t, { kind: 'raw', config });
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

t.test('the line to boot by hand says where the config with its secrets is', async (t) => {
  const plan = await planOf(t, { kind: 'raw', config: '{}' });
  await writeHandLine(plan);
  const text = await readFile(join(plan.artifactDirectory, 'argv.txt'), 'utf8');
  const lines = text.trimEnd().split('\n');
  t.ok(lines.slice(0, -1).every((line) => line.startsWith('# ')));
  t.match(lines.at(-1), /^mkdir -p .* && qemu-system-x86_64 /);
  t.match(lines.at(-1), join(plan.artifactDirectory, 'ignition.json'));
  t.match(lines.slice(0, -1).join(' '), plan.spec.config?.path ?? 'no config');
  t.match(text, /secrets are masked/);

  const bare = await planOf(t, { kind: 'none' });
  await writeHandLine(bare);
  t.match(await readFile(join(bare.artifactDirectory, 'argv.txt'), 'utf8'), /^mkdir -p /);
});
