/**
 * Teardown is bounded even when a platform is not.
 */

import t from 'tap';
import { hasLeaked, tearDown } from '../../../harness/execute/tear-down.js';
import type { Failure } from '../../../harness/model/outcome.js';
import type { Cluster } from '../../../harness/model/platform.js';

function clusterThat(end: () => Promise<readonly Failure[]>): Cluster {
  const dispose = async () => void (await end());
  return { machines: [], boots: [], tearDown: end, [Symbol.asyncDispose]: dispose };
}

t.test(
  'a platform that does not come back is given up, and its machines count as alive',
  async (t) => {
    const limits = { timeoutMs: 10, graceMs: 10 };
    const failures = await tearDown(
      clusterThat(() => new Promise(() => undefined)),
      limits,
    );
    t.match(failures, [
      {
        code: 'PROCESS_LEAKED',
        kind: 'infrastructure',
        phase: 'teardown',
        message: /20 ms; run: /,
      },
    ]);
    t.equal(hasLeaked(failures), true);
  },
);

t.test('a file that is left does not occupy the host', async (t) => {
  const left: Failure = {
    code: 'CLEANUP_FAILED',
    kind: 'infrastructure',
    phase: 'teardown',
    message: 'a directory is not empty',
  };
  const failures = await tearDown(
    clusterThat(async () => [left]),
    { timeoutMs: 10 },
  );
  t.same(failures, [left]);
  t.equal(hasLeaked(failures), false);
});
