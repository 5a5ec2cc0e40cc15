/**
 * Acts of the gate that are killed at every one of their writes: either the act has happened, with its
 * record, or it has not; and the next one that comes along finishes it, once.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { nebraskaPublisher } from '../../../results/gate/nebraska/publisher.js';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { adopt, revoke } from '../../../results/gate/unjudged-acts.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { candidate, digest } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { NebraskaStandIn } from '../../support/nebraska-stand-in.js';
import type { Order } from './support/act-and-die.js';

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

type State = 'before' | 'after';

/** An act, how it shows, and how the next one that comes along does it. */
interface Act {
  readonly open: (directory: string) => Promise<GateWorld>;
  readonly order: (world: GateWorld) => Omit<Order, 'directory' | 'key' | 'last'>;
  readonly stateOf: (world: GateWorld) => Promise<State>;
  readonly again: (world: GateWorld, state: State) => Promise<unknown>;
  /** So many writes at least come before it has happened, and after. Default 6 and 3. */
  readonly writes?: readonly [before: number, after: number];
}

/** Dies at the first write, the second, and so on, each time in a new world. */
async function dieEverywhere(t: Test, act: Act): Promise<void> {
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
async function seenIn(world: GateWorld, channel: string, kind: string) {
  const { channels, entries } = await readGateState(world.context());
  const records = entries.filter((one) => one.kind === kind).length;
  return `${channels.get(channel)?.release.version}, ${records} records`;
}

function oneOf(seen: string, states: Readonly<Record<string, State>>): State {
  const state = states[seen];
  if (state === undefined) throw new Error(`neither before nor after: ${seen}`);
  return state;
}

async function stateOfPromotion(world: GateWorld): Promise<State> {
  const seen = await seenIn(world, 'beta', 'promotion');
  return oneOf(seen, { '4152.1.0, 0 records': 'before', '4230.1.0, 1 records': 'after' });
}

async function promoteAgain(world: GateWorld, state: State): Promise<void> {
  const { outcome } = await world.promote();
  const wanted = state === 'before' ? 'promoted' : 'already';
  if (outcome !== wanted) throw new Error(`${state}: ${outcome}`);
}

t.test('a promotion', async (t) => {
  await dieEverywhere(t, {
    open: (directory) => GateWorld.honest(directory),
    order: () => ({ act: 'promote' }),
    stateOf: stateOfPromotion,
    again: promoteAgain,
  });
});

/** An honest world whose channels are those of an instance, which has both releases. */
async function onNebraska(server: NebraskaStandIn, directory: string): Promise<GateWorld> {
  const world = await GateWorld.honest(directory);
  await rm(join(directory, 'ledger.jsonl'));
  await rm(join(directory, 'channels'), { recursive: true });
  const { signal } = new AbortController();
  const { url, app } = server;
  world.publisher = nebraskaPublisher({ url, app, records: join(directory, 'records'), signal });
  server.channels.splice(0, Infinity, { id: 'beta', name: 'beta', arch: 1, package: null });
  await world.publish('beta', candidate('4152.1.0'));
  return world;
}

t.test('a promotion to the channels of an instance', async (t) => {
  await using server = await NebraskaStandIn.open();
  for (const version of ['4152.1.0', '4230.1.0']) {
    server.packages.push({ id: version, version, arch: 1, sha256: digest(`payload ${version}`) });
  }
  await dieEverywhere(t, {
    open: (directory) => onNebraska(server, directory),
    order: () => ({ act: 'promote', nebraska: { url: server.url, app: server.app } }),
    stateOf: stateOfPromotion,
    again: promoteAgain,
  });
});

t.test('an adoption', async (t) => {
  await dieEverywhere(t, {
    open: async (directory) => {
      const world = await GateWorld.honest(directory);
      await world.addCandidate(candidate('4152.2.0'));
      return world;
    },
    order: () => ({ act: 'adopt' }),
    stateOf: async (world) => {
      const seen = await seenIn(world, 'stable', 'adoption');
      return oneOf(seen, { 'undefined, 1 records': 'before', '4152.2.0, 2 records': 'after' });
    },
    again: async (world, state) => {
      const act = adopt(candidate('4152.2.0'), 'stable', world.context());
      if (state === 'before') await act;
      else await t.rejects(act, { code: 'CHANNEL_MOVED' }, 'it is there already');
    },
  });
});

t.test('a revocation', async (t) => {
  await dieEverywhere(t, {
    open: (directory) => GateWorld.honest(directory),
    order: () => ({ act: 'revoke' }),
    writes: [3, 2],
    stateOf: async (world) => {
      const seen = await seenIn(world, 'beta', 'revocation');
      return oneOf(seen, { '4152.1.0, 0 records': 'before', '4152.1.0, 1 records': 'after' });
    },
    again: async (world, state) => {
      if (state === 'before') await revoke(candidate('4230.1.0'), 'again', world.context());
      await t.rejects(world.promote(), { code: 'REVOKED' });
    },
  });
});
