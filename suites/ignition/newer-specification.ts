/**
 * A config of a specification that this Ignition does not know.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

export default defineSuite({
  id: 'ignition/newer-specification',
  summary: 'A config of a newer specification is refused as such.',
  claims: ['I37'],
  tags: ['ignition', 'must-fail'],
  applies: { needs: ['console'] },
  topology: singleMachine({
    ready: stopped,
    provisioning: { kind: 'raw', config: '{"ignition": {"version": "3.99.0"}}' },
  }),
  start: 'first-boot',
  expects: stopPatterns,
  async run({ machine, step }) {
    const main = machine();
    await step('the boot stops, with the reason', async () => {
      checkStopped(main, /unsupported config version|unknown version/i);
    });
  },
});
