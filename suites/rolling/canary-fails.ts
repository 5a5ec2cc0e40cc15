/**
 * A canary gets a release that does not hold, returns by itself, and says so; nobody else is touched.
 */

import { defineSuite, type SuiteContext } from '../../harness/model/suite.js';
import type { UpdateEvent, UpdateMessage } from '../../harness/model/updates.js';
import { canaryOf, canaryTopology, offerOnBeta, withEvidence } from '../support/canary.js';
import { check } from '../support/check.js';
import { onAll } from '../support/clusters.js';
import { settled } from '../support/running.js';
import {
  installUpdate,
  mustRun,
  runningSystem,
  runUpdate,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

/** Error code of a machine that has come back. Source: flatcar/update_engine, omaha_request_action.cc. */
const rolledBack = 44;

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rolling/canary-fails',
  summary:
    'Of five machines one follows beta: a bad release reaches it alone, and it reports that it went back.',
  claims: ['A53'],
  tags: ['cluster', 'update', 'canary', 'slow'],
  applies: { needs: [...updateNeeds, 'release:unit-fails'] },
  topology: canaryTopology,
  limits: { bootMs: 600_000, runMs: 1_800_000 },
  expects: [
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    await withEvidence(context, async () => await tryOut(context));
  },
});

async function tryOut(context: SuiteContext): Promise<void> {
  const bad = context.release('unit-fails');
  const [canary, others] = canaryOf(context);
  const before = await onAll(context.machines, runningSystem);
  await offerOnBeta(context, bad);
  await context.step('the canary takes it, and comes back', async () => {
    await installUpdate(canary, bad, { track: 'beta' });
    await canary.reboot({ timeoutMs: 300_000 });
    await mustRun(canary, 'b', bad);
    await canary.reboot({ timeoutMs: 480_000, request: 'none' });
    await settled(canary);
  });
  await context.step('it says that the release did not hold', async () => {
    const server = canary.updateServer();
    server.offer(undefined, { track: 'beta' });
    await runUpdate(canary);
    const isToldOf = ({ type, result, errorCode }: UpdateEvent) =>
      type === 3 && result === 0 && errorCode === rolledBack;
    const isTold = (message: UpdateMessage) => message.kind === 'event' && isToldOf(message.event);
    await server.waitFor('an event that tells of the roll-back', isTold);
    check.equal((await updateStatus(canary)).state, 'IDLE', 'state of its update engine');
  });
  await context.step('all run what they ran before', async () => {
    check.equal(await onAll(context.machines, runningSystem), before, 'the running systems');
    const asked = others.map((each) =>
      each
        .updateServer()
        .messages()
        .map(({ kind }) => kind),
    );
    check.excludes(asked.flat(), 'download', 'what those on stable did');
  });
}
