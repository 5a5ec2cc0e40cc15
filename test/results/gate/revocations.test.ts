/**
 * What was revoked is promoted by nobody's word: not by that of who only asks, nor of the board.
 */

import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { renderBoard } from '../../../results/gate/board.js';
import { candidateDigest } from '../../../results/gate/consent.js';
import { explainVerdict } from '../../../results/gate/explain.js';
import { readDecided, readGateState } from '../../../results/gate/open-ledger.js';
import { check } from '../../../results/gate/promote.js';
import { readBoard } from '../../../results/gate/read-board.js';
import { subjectsOf } from '../../../results/gate/record.js';
import { releaseToRevoke, revoke } from '../../../results/gate/unjudged-acts.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { boardSection } from '../../../results/site/board-section.js';
import { candidate, daysAgo, now } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { pointBack } from './laundering/attempt.js';

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
    {
      subject: '4230.0.1',
      expected: /^a later one of its channel in the lineage.*`without`$/,
      seen: /it eats/,
    },
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

/** A world in which 4230.1.0 is in beta. */
async function promoted(directory: string): Promise<GateWorld> {
  const world = await GateWorld.honest(directory);
  await world.promote();
  return world;
}

/** What does not hold. */
async function problemsOf(world: GateWorld) {
  return (await verifyGate(world.context())).filter(({ problem }) => problem !== undefined);
}

t.test('after the channel was put back by hand, it is allowed to stay there', async (t) => {
  const world = await promoted(t.testdir({}));
  await pointBack(world);
  await t.rejects(readGateState(world.context()), {
    code: 'CHANNEL_BEHIND',
    message: /put the channel back, or revoke 4230\.1\.0, before you go on$/,
  });
  await revoke(candidate('4230.1.0'), 'it eats files', world.context());
  t.equal((await readGateState(world.context())).entries.length, 3);
  t.equal(renderBoard(await readBoard(world.context()), now)[1], 'beta     4152.1.0, for 85 days');
  t.same(await problemsOf(world), []);
});

t.test('while another policy waits for approvals', async (t) => {
  const world = await promoted(t.testdir({}));
  const before = await world.read('policy.yaml');
  await world.writePolicy({ ...world.policy(), waivers: { most: 1 } });
  await revoke(candidate('4230.1.0'), 'it eats files', world.context());
  await world.write('policy.yaml', before);
  t.same(await problemsOf(world), []);
});

t.test('of all bytes that had the name, with and without its file', async (t) => {
  const world = await promoted(t.testdir({}));
  const [own, other] = [candidate('4230.1.0'), candidate('4230.1.9')];
  await world.addCandidate({ ...own, images: other.images });
  const edited = await releaseToRevoke(world.directory, '4230.1.0');
  await revoke(edited, 'it eats files', world.context());
  const last = async () => (await readDecided(world.directory)).entries.at(-1)?.subjects;
  const both = [...subjectsOf({ ...own, images: other.images }), ...subjectsOf(own)];
  t.same(await last(), both);
  await unlink(join(world.directory, 'candidates/4230.1.0.yaml'));
  const known = await releaseToRevoke(world.directory, '4230.1.0');
  await revoke(known, 'it does', world.context());
  t.same(await last(), subjectsOf(own));
  await t.rejects(releaseToRevoke(world.directory, '4230.1.9'), { code: 'UNKNOWN_CANDIDATE' });
});

t.test('the record of a promoter who died comes before it', async (t) => {
  const world = await promoted(t.testdir({}));
  const [first = ''] = (await world.read('ledger.jsonl')).split('\n');
  await world.write('ledger.jsonl', `${first}\n`);
  await revoke(candidate('4230.1.0'), 'it eats files', world.context());
  const { entries } = await readGateState(world.context());
  t.same(
    entries.map(({ kind }) => kind),
    ['adoption', 'promotion', 'revocation'],
  );
});

t.test('what a channel still offers is marked', async (t) => {
  const world = await promoted(t.testdir({}));
  await revoke(candidate('4230.1.0'), 'it eats <files>', world.context());
  const channels = await readBoard(world.context());
  const told = 'REVOKED and still offered: it eats';
  t.equal(renderBoard(channels, now)[1], `beta     4230.1.0, for 0 days, ${told} <files>`);
  const html = boardSection({ channels, at: now }, new Set()).join('\n');
  t.match(html, `<td>4230.1.0<br>${told} &lt;files&gt;</td><td>0 days</td>`);
});
