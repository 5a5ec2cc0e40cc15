/**
 * Which release a candidate is compared with, and that an honest one is promoted by it.
 */

import t from 'tap';
import { revoke } from '../../../results/gate/unjudged-acts.js';
import { candidate } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { afterRevoked, next } from './laundering/revoked-measure.js';

t.test('after a revoked release the one before it is the measure', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await afterRevoked(world);
  const { verdict, rules } = await world.ask(next);
  t.equal(verdict, 'promote');
  const summaryOf = (id: string) => rules.find(({ rule }) => rule === id)?.summary ?? '';
  t.equal(summaryOf('no-regression'), '10 cases against 4152.1.0, since 4230.1.0 was revoked');
  t.match(summaryOf('memory'), /of 4152\.1\.0, since 4230\.1\.0 was revoked/);
  t.equal(summaryOf('updates'), 'updates from 4230.1.0', 'which machines have');
  t.equal((await world.promote(next)).outcome, 'promoted');
});

t.test('where all was revoked, it stays what the channel has', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await afterRevoked(world);
  await revoke(candidate('4152.1.0'), 'it never was any good', world.context());
  const { rules } = await world.ask(next);
  const summary = rules.find(({ rule }) => rule === 'no-regression')?.summary;
  t.equal(summary, '10 cases against 4230.1.0, revoked as all that beta had');
});
