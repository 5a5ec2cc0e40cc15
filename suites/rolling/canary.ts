/**
 * One machine of five follows another channel, gets its release first, and says how it went.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { canaryOf, canaryTopology, keepEvidence, offerOnBeta } from '../support/canary.js';
import { check } from '../support/check.js';
import { checkForUpdate, installUpdate, mustRun, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'rolling/canary',
  summary: 'Of five machines one follows beta: it alone is updated, and reports that it went well.',
  claims: ['F11'],
  tags: ['cluster', 'update', 'canary', 'slow'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: canaryTopology,
  limits: { bootMs: 600_000, runMs: 1_800_000 },
  async run(context) {
    const next = context.release('next');
    const [canary] = canaryOf(context);
    await offerOnBeta(context, next);
    await context.step('the canary updates and says so', async () => {
      await installUpdate(canary, next);
      await canary.reboot({ timeoutMs: 300_000 });
      await mustRun(canary, 'b', next);
      await checkForUpdate(canary);
      await canary
        .updateServer()
        .waitFor(
          'the report of the new release',
          (message) => message.kind === 'event' && message.client.version === next.version,
          { timeoutMs: 240_000 },
        );
      const events = canary.updateServer().events();
      check.includes(events.join(' '), '3/2', 'events of the canary');
    });
    await keepEvidence(context);
  },
});
