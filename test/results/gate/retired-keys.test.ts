/**
 * Keys that are in use no more: what the ledger knows of their statements counts on, and nothing else does.
 */

import t from 'tap';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { check } from '../../../results/gate/promote.js';
import { readBelievedKeys } from '../../../results/gate/read-believed-keys.js';
import { requireTrusted } from '../../../results/gate/signers.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { person, runOf } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { retire } from './laundering/retired.js';

const question = { version: '4230.1.0', to: 'beta' };

t.test('the ledger knows them, so they count on, and the row goes on', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.report(world.eve);
  await check(question, world.context());
  const lab = await retire(world);
  await world.addRun(runOf('4230.1.0', { run: '20260627-120000-0009' }), lab);
  t.equal((await world.ask()).verdict, 'needs-approval', 'under another policy');
  for (const who of [world.ben, world.cleo]) await world.approve(who);
  t.equal((await world.promote()).outcome, 'promoted');
  t.equal((await readGateState(world.context())).entries.length, 4);
  t.same(
    (await verifyGate(world.context())).filter(({ problem }) => problem !== undefined),
    [],
  );
});

t.test('without a record of a verdict nothing of them is known', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await retire(world);
  const message = /runs\/000\.json: a key of lab signed it that is retired, .*; take it away, or/;
  await t.rejects(world.ask(), { code: 'RETIRED_KEY', message });
});

t.test('nobody signs with one', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const lab = await retire(world);
  const keys = await readBelievedKeys(world.directory, 'runners');
  t.equal(keys.length, 2);
  t.equal(requireTrusted(lab, keys, 'runners').name, 'lab');
  const old = { code: 'UNTRUSTED_KEY', message: new RegExp(`who are lab \\(${lab.keyId}\\);`) };
  t.throws(() => requireTrusted(world.runner, keys, 'runners'), old);
  t.throws(() => requireTrusted(person('lab'), keys, 'runners'), { code: 'UNTRUSTED_KEY' });
});
