/**
 * What was revoked is promoted by nobody's word: not by that of who only asks, nor of the board.
 */

import t from 'tap';
import { renderBoard } from '../../../results/gate/board.js';
import { explainVerdict } from '../../../results/gate/explain.js';
import { check } from '../../../results/gate/promote.js';
import { readBoard } from '../../../results/gate/read-board.js';
import { candidateDigest } from '../../../results/gate/rules/approvals.js';
import { revoke } from '../../../results/gate/unjudged-acts.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { boardSection } from '../../../results/site/board-section.js';
import { candidate, daysAgo, now } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

t.test('a revoked release is held, whoever asks, and anybody can repeat it', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  t.equal((await world.ask()).verdict, 'promote');
  await revoke(candidate('4230.1.0'), 'it eats files', world.context());
  const asked = await world.ask();
  t.equal(asked.verdict, 'hold');
  t.match(explainVerdict(asked).join('\n'), /FAIL +revocations +revoked\n.*it eats files/);
  const signed = await check({ version: '4230.1.0', to: 'beta' }, world.context());
  t.equal(signed.verdict, 'hold');
  const channels = await readBoard(world.context());
  t.equal(renderBoard(channels, now)[2], '  4230.1.0     hold: revocations FAIL');
  const html = boardSection({ channels, at: now }, new Set()).join('\n');
  t.match(html, '4230.1.0</span> hold: revocations FAIL');
  t.notMatch(html, 'promote');
  const { directory, publisher } = world.context();
  const verified = await verifyGate({ directory, publisher });
  t.same(
    verified.filter(({ problem }) => problem !== undefined),
    [],
  );
  t.match(verified.at(4), { subject: 'record 3: verdict of 4230.1.0' });
});

t.test('who is rebuilt after it was revoked says that it has nothing of it', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await revoke(candidate('4230.0.1'), 'it eats files', world.context());
  const asked = await world.ask();
  t.equal(asked.verdict, 'hold');
  t.match(asked.rules.find(({ rule }) => rule === 'revocations')?.findings, [
    { subject: '4230.0.1', expected: /in the lineage, a later one.*`without`$/, seen: /it eats/ },
  ]);
  const release = candidate('4230.1.0', { without: ['4230.0.1'] });
  await world.addCandidate(release);
  for (const person of [world.ben, world.cleo]) {
    await world.approve(person, { candidate: candidateDigest(release) });
  }
  t.equal((await world.promote()).outcome, 'promoted');
});

t.test('a release that names a later one of that channel is not held by it', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await revoke(candidate('4229.0.0'), 'it eats files', world.context());
  await revoke(candidate('4230.0.0'), 'it eats files', world.context());
  const lineage = [{ version: '4230.0.3', channel: 'alpha', publishedAt: daysAgo(60) }];
  await world.addCandidate(candidate('4230.1.0', { lineage }));
  const { rules } = await world.ask();
  t.equal(rules.find(({ rule }) => rule === 'revocations')?.status, 'PASS');
});
