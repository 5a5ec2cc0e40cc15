/**
 * One machine of five follows another channel, gets its release first, and says how it went.
 */

import { defineSuite, type SuiteContext } from '../../harness/model/suite.js';
import type { UpdateEvent, UpdateMessage } from '../../harness/model/updates.js';
import { canaryOf, canaryTopology, offerOnBeta, withEvidence } from '../support/canary.js';
import { check } from '../support/check.js';
import { checkForUpdate, installUpdate, mustRun, updateNeeds } from '../support/updates.js';

/** Complete, by way of a reboot. */
function isDone({ type, result, previousVersion }: UpdateEvent, from: string): boolean {
  return type === 3 && result === 2 && previousVersion === from;
}

export default defineSuite({
  id: 'rolling/canary',
  summary: 'Of five machines one follows beta: it alone is updated, and reports that it went well.',
  claims: ['A53'],
  tags: ['cluster', 'update', 'canary', 'slow'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: canaryTopology,
  limits: { bootMs: 600_000, runMs: 1_800_000 },
  async run(context) {
    await withEvidence(context, async () => await tryOut(context));
  },
});

async function tryOut(context: SuiteContext): Promise<void> {
  const next = context.release('next');
  const [canary] = canaryOf(context);
  await offerOnBeta(context, next);
  await context.step('the canary updates and says so', async () => {
    await installUpdate(canary, next, { track: 'beta' });
    await canary.reboot({ timeoutMs: 300_000 });
    await mustRun(canary, 'b', next);
    await checkForUpdate(canary);
    const isTold = (message: UpdateMessage) =>
      message.kind === 'event' && isDone(message.event, canary.image.version);
    const said = 'an event that tells which version it came from';
    const message = await canary.updateServer().waitFor(said, isTold, { timeoutMs: 240_000 });
    const teller = message.kind === 'event' ? message.client.version : undefined;
    check.equal(teller, next.version, 'the version that tells it');
  });
}
