/**
 * A machine that is given nothing at all: no config, no key. Only its console can be used.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { ask, consoleNeeds, shellPrompt } from '../support/console.js';

export default defineSuite({
  id: 'boot/no-config',
  summary: 'Without any config the machine boots to a running system and knows that it had none.',
  claims: ['I03', 'B20'],
  tags: ['boot', 'ignition', 'console'],
  applies: { needs: consoleNeeds },
  topology: singleMachine({
    provisioning: { kind: 'none' },
    ready: { kind: 'console', pattern: shellPrompt },
  }),
  start: 'cold',
  async run(context) {
    const { console } = context.machine();
    await context.step('the boot ends without a failure', async () => {
      const state = await ask(console, 'state', 'systemctl is-system-running --wait');
      check.equal(state, 'running', 'state of the system without a config');
    });
    await context.step('Ignition knows that it had no config', async () => {
      const result = await ask(console, 'result', 'sudo cat /etc/.ignition-result.json');
      check.matches(result, /"userConfigProvided": *false/, '/etc/.ignition-result.json');
    });
  },
});
