/**
 * What a living cluster occupies, on disk: each cluster has a file of its own.
 */

import t from 'tap';
import { ClusterState, listStates } from '../../../platforms/qemu/cluster-state.js';

t.test('clusters of one name in one command have a file each', async (t) => {
  const directory = t.testdir({});
  const intent = { cluster: 'boot-power-cut-1', machines: ['main-0'] };
  const first = new ClusterState(directory, { ...intent, directories: ['/tmp/switchyard-1'] });
  const second = new ClusterState(directory, { ...intent, directories: ['/tmp/switchyard-2'] });
  const places = () => listStates(directory).flatMap(({ data }) => data?.directories ?? []);
  t.same(places().sort(), ['/tmp/switchyard-1', '/tmp/switchyard-2']);
  first.remove();
  t.same(places(), ['/tmp/switchyard-2'], 'the end of one leaves the other');
  second.remove();
  t.same(listStates(directory), []);
});
