/**
 * Faults of which nobody could say what they are for, refused by the call and before anything changes.
 */

import t from 'tap';
import { role } from '../../../harness/model/topology.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { ThreadedNetwork } from '../../../platforms/network/threaded-network.js';
import { place, plan, signal } from './network-lab.js';

t.test('on two segments a machine has two links', async (t) => {
  const segments = ['lan', 'far'];
  const twice = planNetwork({ roles: { a: role({ segments }) }, segments: { lan: {}, far: {} } });
  await using network = await ThreadedNetwork.open({
    ...{ plan: twice, seed: 1, directory: await place(t), slowness: 1, signal },
    onFailed: (cause) => t.fail(cause.message),
  });
  const ambiguous = {
    kind: 'usage',
    code: 'AMBIGUOUS_LINK',
    message: /^a-0 is on lan, far; name /,
  };
  t.throws(() => network.station('a-0'), ambiguous);
  t.throws(() => network.link('a-0'), ambiguous);
  const step = { kind: 'link', atMs: 0, machine: 'a-0', faults: { down: true } } as const;
  await t.rejects(network.play([step]), ambiguous);
  t.equal(network.station('a-0', 'far').ipv4, '10.80.1.10');
  await network.link('a-0', 'far').down();
  t.match(await network.events(), [{ step: { machine: 'a-0', segment: 'far' } }]);
});

t.test('a partition of nobody', async (t) => {
  await using network = await ThreadedNetwork.open({
    ...{ plan, seed: 1, directory: await place(t), slowness: 1, signal },
    onFailed: (cause) => t.fail(cause.message),
  });
  const nobody = {
    ...{ kind: 'usage', code: 'BAD_FAULT' },
    message: 'a partition needs machines on both sides',
  };
  await t.rejects(network.partition([], ['a-0']), nobody);
  await t.rejects(network.partition(['a-0'], [], { oneWay: true }), nobody);
  await t.rejects(network.play([{ kind: 'partition', atMs: 0, from: [], to: [] }]), nobody);
  await t.rejects(network.play([{ kind: 'heal', atMs: Infinity }]), { code: 'BAD_FAULT' });
  t.strictSame(await network.events(), []);
});
