/**
 * The lock of a gate: who waits for it acts at the time when it was got.
 */

import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { reportProblemCommand } from '../../../harness/cli/commands/gate-field.js';
import { lockGate } from '../../../results/gate/open-ledger.js';
import { promote } from '../../../results/gate/promote.js';
import { now } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

t.test('a promotion that waited is of the time after', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const later = new Date(now.getTime() + 3_600_000);
  let time = now;
  const lock = await lockGate(world.context());
  const act = promote({ version: '4230.1.0', to: 'beta' }, world.context({ clock: () => time }));
  await setTimeout(300);
  time = later;
  await lock[Symbol.asyncDispose]();
  t.equal((await act).verdict?.at, later.toISOString());
});

t.test('a report waits for it, however the directory is called', async (t) => {
  const root = t.testdir({});
  const world = await GateWorld.honest(join(root, 'gate'));
  await world.write('../eve.pem', world.eve.secretPem);
  const directory = `./${relative('.', world.directory)}/`;
  let isDone = false;
  const lock = await lockGate(world.context());
  const options = { directory, as: 'eve', ok: true, key: [join(root, 'eve.pem')] };
  const act = reportProblemCommand('4230.1.0', options).then(() => {
    isDone = true;
  });
  await setTimeout(1000);
  t.notOk(isDone, 'it waits');
  await lock[Symbol.asyncDispose]();
  await act;
});
