/**
 * A config that is no JSON.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

export default defineSuite({
  id: 'ignition/bad-json',
  summary: "Broken JSON stops the first boot with Flatcar's sentence and the reason.",
  claims: ['I53'],
  tags: ['ignition', 'must-fail'],
  applies: { needs: ['console'] },
  topology: singleMachine({
    ready: stopped,
    provisioning: { kind: 'raw', config: '{"ignition": {"version": "3.3.0",}}' },
  }),
  start: 'first-boot',
  expects: stopPatterns,
  async run({ machine, step }) {
    const main = machine();
    await step('the boot stops, with the reason', async () => {
      checkStopped(main, /couldn't parse config|invalid character|config is not valid/i);
    });
  },
});
