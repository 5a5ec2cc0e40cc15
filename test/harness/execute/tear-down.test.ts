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
    const limits = { timeoutMs: 10, slowness: 1, graceMs: 10 };
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

t.test('limits are scaled once: by the platform, and around it', async (t) => {
  let asked: number | undefined;
  const end = async ({ timeoutMs }: { readonly timeoutMs: number }) => {
    asked = timeoutMs;
    return await new Promise<never>(() => undefined);
  };
  const cluster = clusterThat(async () => []);
  const limits = { timeoutMs: 10, slowness: 3, graceMs: 5 };
  const failures = await tearDown({ ...cluster, tearDown: end }, limits);
  t.equal(asked, 10, 'the platform is told the limit of a host of speed 1');
  t.match(failures, [{ message: /within 45 ms/ }]);
});

t.test('a file that is left does not occupy the host', async (t) => {
  const left: Failure = {
    code: 'CLEANUP_FAILED',
    kind: 'infrastructure',
    phase: 'teardown',
    message: 'a directory is not empty',
  };
  const failures = await tearDown(
    clusterThat(async () => [left]),
    { timeoutMs: 10, slowness: 1 },
  );
  t.same(failures, [left]);
  t.equal(hasLeaked(failures), false);
});
