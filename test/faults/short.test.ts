/**
 * The short form of the fault campaign: real QEMU, and a guest of one sector, which is there in a
 * second. The whole is `yard test --faults`.
 */

import { rm } from 'node:fs/promises';
import t from 'tap';
import { makeWorkbench } from '../platforms/qemu/payload.js';
import { Lab } from './lab.js';
import { machineFaults } from './machine-faults.js';
import { renderFault, runFaults } from './run-faults.js';

t.test('faults of the host around a running machine', async (t) => {
  const work = await makeWorkbench();
  t.teardown(async () => await rm(work.directory, { recursive: true, force: true }));
  const { image, topology } = work.request({});
  const role = topology.roles['main'];
  if (role === undefined) throw new Error('the payload has no role');
  await using lab = await Lab.open({ image, signal: AbortSignal.timeout(180_000) });
  const onRow = () => undefined;
  const rows = await runFaults({ faults: machineFaults(role), lab, slowness: 2, onRow });
  for (const row of rows) t.ok(row.right, renderFault(row));
});
