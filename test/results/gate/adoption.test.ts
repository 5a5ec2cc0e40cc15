/**
 * A channel that is still empty when the gate judges already: people agree to what it gets.
 */

import t, { type Test } from 'tap';
import { candidateDigest } from '../../../results/gate/consent.js';
import { appendEntry, type LedgerEntry, makeEntry } from '../../../results/gate/ledger.js';
import { readDecided } from '../../../results/gate/open-ledger.js';
import { adopt } from '../../../results/gate/unjudged-acts.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { candidate, daysAgo } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

const release = candidate('4152.2.0');

/** It has promoted once, and 4152.2.0 is what stable had all along. */
async function judging(t: Test): Promise<GateWorld> {
  const world = await GateWorld.honest(t.testdir());
  await world.addCandidate(release);
  await world.promote();
  return world;
}

async function agree(world: GateWorld, names: readonly ('ben' | 'cleo' | 'ada')[], to = 'stable') {
  const said = { version: release.version, to, candidate: candidateDigest(release) };
  for (const name of names) await world.approve(world[name], said);
}

async function problems({ directory }: GateWorld): Promise<readonly string[]> {
  return (await verifyGate({ directory })).flatMap(({ problem }) => problem ?? []);
}

t.test('with the consent that a promotion would need', async (t) => {
  const world = await judging(t);
  await agree(world, ['ben', 'cleo']);
  const { payload } = await adopt(release, 'stable', world.context());
  const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString());
  t.equal(predicate.approvals.length, 2, 'it is in the record');
  t.same(await problems(world), []);
});

for (const [title, names, to, seen] of [
  [
    'of one',
    ['ben'],
    'stable',
    /2 approvals only; 1 are there, of ben; sign with yard gate approve/,
  ],
  ['of its author', ['ben', 'ada'], 'stable', /1 are there, of ben/],
  ['for another channel', ['ben', 'cleo'], 'lts', /0 are there; sign/],
] as const) {
  t.test(`with the consent ${title} alone`, async (t) => {
    const world = await judging(t);
    await agree(world, names, to);
    await t.rejects(adopt(release, 'stable', world.context()), {
      code: 'NOT_APPROVED',
      message: seen,
    });
    const { entries } = await readDecided(world.directory);
    t.notOk(entries.some(({ predicate }) => predicate['to'] === 'stable'));
  });
}

/** The gate's key appends the record with this done to it. */
async function forge(world: GateWorld, change: (entry: LedgerEntry) => object): Promise<void> {
  const { entries } = await readDecided(world.directory);
  const last = entries.at(-1);
  if (last === undefined) throw new Error('nothing is there');
  const { kind, subjects } = last;
  const entry = { kind, subjects, predicate: last.predicate, ...change(last) };
  const record = await makeEntry(entries, entry, [world.gate]);
  await appendEntry(`${world.directory}/ledger.jsonl`, record);
}

t.test('what the gate’s key says of consent is looked at', async (t) => {
  for (const [change, expected] of [
    [({ predicate }) => ({ predicate: { ...predicate, approvals: [] } }), /with 0 approvals, of 2/],
    [
      ({ predicate: { candidate: _, ...predicate } }) => ({ predicate }),
      /^it adopts without consent: candidate: /,
    ],
    [
      ({ predicate }) => ({ predicate: { ...predicate, at: daysAgo(-60) } }),
      /with 0 approvals, of 2 that it needs$/,
    ],
    [
      ({ subjects }) => ({ subjects: subjects.slice(1) }),
      /^it is about other images than those that were agreed to$/,
    ],
  ] as readonly [(entry: LedgerEntry) => object, RegExp][]) {
    const world = await judging(t);
    await agree(world, ['ben', 'cleo']);
    await adopt(release, 'stable', world.context());
    await forge(world, change);
    t.match(await problems(world), [expected]);
  }
});
