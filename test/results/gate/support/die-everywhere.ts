/** Acts of the gate that are killed at each of their writes, one after the other, and what is left then. */

import { join } from 'node:path';
import { execa } from 'execa';
import type { Test } from 'tap';
import { compiledRoot } from '../../../../harness/base/project-root.js';
import { readGateState } from '../../../../results/gate/open-ledger.js';
import { verifyGate } from '../../../../results/gate/verify-gate.js';
import type { GateWorld } from '../../../support/gate-world.js';
import type { Order } from './act-and-die.js';

const child = join(compiledRoot(), 'test/results/gate/support/act-and-die.js');

/** Resolves to what it printed; empty when it was killed. */
async function actAndDie(
  world: GateWorld,
  order: Omit<Order, 'directory' | 'key'>,
): Promise<string> {
  const { directory } = world;
  const key = join(directory, '..', 'gate.key.pem');
  await world.write('../gate.key.pem', world.gate.secretPem);
  const argv = [child, JSON.stringify({ directory, key, ...order })];
  const { stdout, signal, stderr } = await execa('node', argv, { reject: false });
  if (signal === 'SIGKILL') return '';
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/** Whether the act has happened. */
export type State = 'before' | 'after';

/** An act, how it shows, and how the next one that comes along does it. */
export interface Act {
  readonly open: (directory: string) => Promise<GateWorld>;
  readonly order: (world: GateWorld) => Omit<Order, 'directory' | 'key' | 'last'>;
  readonly stateOf: (world: GateWorld) => Promise<State>;
  readonly again: (world: GateWorld, state: State) => Promise<unknown>;
  /** So many writes at least come before it has happened, and after. Default 6 and 3. */
  readonly writes?: readonly [before: number, after: number];
}

/** Dies at the first write, the second, and so on, each time in a new world. */
export async function dieEverywhere(t: Test, act: Act): Promise<void> {
  const { open, order, stateOf, again, writes: [before, after] = [6, 3] } = act;
  const root = t.testdir({});
  const seen: State[] = [];
  let ended = '';
  for (let last = 1; ended === ''; last += 1) {
    const world = await open(join(root, `${last}`, 'gate'));
    ended = await actAndDie(world, { ...order(world), last });
    const state = await stateOf(world);
    seen.push(state);
    await again(world, state);
    t.equal(await stateOf(world), 'after', `write ${last}: ${state}; the next one finishes it`);
    const problems = (await verifyGate(world.context())).filter((one) => one.problem);
    t.same(problems, [], 'all of it is verified');
  }
  t.match(ended, /^\d+ writes$/, 'in the end it lives');
  const switched = seen.indexOf('after');
  const around = switched >= before && seen.length - switched >= after;
  t.ok(around, 'it died before and after the one moment');
  t.notOk(seen.slice(switched).includes('before'), 'there is one moment at which it happens');
  t.comment(`${seen.length - 1} writes; it happens at number ${switched}`);
}

/** By what the channel has, and by the records of this kind. */
export async function seenIn(world: GateWorld, channel: string, kind: string) {
  const { channels, entries } = await readGateState(world.context());
  const records = entries.filter((one) => one.kind === kind).length;
  return `${channels.get(channel)?.release.version}, ${records} records`;
}

/** The state that this shows; there is no other. */
export function oneOf(seen: string, states: Readonly<Record<string, State>>): State {
  const state = states[seen];
  if (state === undefined) throw new Error(`neither before nor after: ${seen}`);
  return state;
}

/** Of 4230.1.0 to beta. */
export async function stateOfPromotion(world: GateWorld): Promise<State> {
  const seen = await seenIn(world, 'beta', 'promotion');
  return oneOf(seen, { '4152.1.0, 0 records': 'before', '4230.1.0, 1 records': 'after' });
}

/** Somebody promotes it once more. */
export async function promoteAgain(world: GateWorld, state: State): Promise<void> {
  const { outcome } = await world.promote();
  const wanted = state === 'before' ? 'promoted' : 'already';
  if (outcome !== wanted) throw new Error(`${state}: ${outcome}`);
}
