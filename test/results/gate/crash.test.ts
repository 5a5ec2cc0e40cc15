/**
 * A promotion that is killed at every one of its writes: either it has happened, with its record, or it
 * has not; and the next one that comes along finishes it, once.
 */

import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { GateWorld } from '../../support/gate-world.js';

const child = join(compiledRoot(), 'test/results/gate/support/promote-and-die.js');

/** Resolves to what it printed; empty when it was killed. */
async function promoteAndDie(world: GateWorld, last: number): Promise<string> {
  const key = join(world.directory, '..', 'gate.key.pem');
  await world.write('../gate.key.pem', world.gate.secretPem);
  const argv = [child, world.directory, key, `${last}`];
  const { stdout, signal, stderr } = await execa('node', argv, { reject: false });
  if (signal === 'SIGKILL') return '';
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/** What anybody sees after the death. */
async function stateOf(world: GateWorld): Promise<'before' | 'after'> {
  const { channels, entries } = await readGateState(world.context());
  const version = channels.get('beta')?.release.version;
  const promotions = entries.filter(({ kind }) => kind === 'promotion');
  if (version === '4152.1.0' && promotions.length === 0) return 'before';
  if (version === '4230.1.0' && promotions.length === 1) return 'after';
  throw new Error(`${version}, with ${promotions.length} promotions`);
}

t.test('killed at each write, half of which was done', async (t) => {
  const root = t.testdir({});
  const seen: string[] = [];
  let ended = '';
  for (let last = 1; ended === ''; last += 1) {
    const world = await GateWorld.honest(join(root, `${last}`, 'gate'));
    ended = await promoteAndDie(world, last);
    const state = await stateOf(world);
    seen.push(state);
    const { outcome } = await world.promote();
    t.equal(outcome, state === 'before' ? 'promoted' : 'already', `write ${last}: ${state}`);
    t.equal(await stateOf(world), 'after', `write ${last}: the next one finishes it`);
    const problems = (await verifyGate(world.context())).filter((one) => one.problem);
    t.same(problems, [], 'all of it is verified');
  }
  t.match(ended, /^promoted after \d+ writes$/, 'in the end it lives');
  const switched = seen.indexOf('after');
  t.ok(switched > 5 && switched < seen.length - 2, 'it died before and after the one rename');
  t.notOk(seen.slice(switched).includes('before'), 'there is one moment at which it happens');
  t.comment(`${seen.length - 1} writes; it happens at number ${switched}`);
});
