/**
 * A machine that nobody looks after tries its first boot again after five minutes.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

const prompt = /Press Enter for emergency shell or wait 5 minutes for reboot/;

export default defineSuite({
  id: 'ignition/gives-up',
  summary: 'After five minutes at the emergency prompt the first boot begins again.',
  claims: ['I43'],
  tags: ['ignition', 'must-fail', 'slow'],
  applies: { needs: ['console'] },
  topology: singleMachine({
    vcpus: 1,
    ready: stopped,
    provisioning: { kind: 'raw', config: '{"ignition": {"version": "3.3.0",}}' },
  }),
  start: 'cold',
  limits: { runMs: 900_000 },
  expects: stopPatterns,
  async run({ machine, step }) {
    const main = machine();
    const reason = /couldn't parse config|invalid character|config is not valid/i;
    await step('the boot stops at the prompt', async () => checkStopped(main, reason));
    await step('the machine reboots by itself', async () => {
      const [from, promptMs] = [main.console.lines().length, performance.now()];
      await main.console.waitFor(/Linux version \d/, { timeoutMs: 420_000, from });
      const seconds = (performance.now() - promptMs) / 1000;
      check.ok(seconds >= 270, 'the prompt stood for five minutes', `${Math.round(seconds)} s`);
      await main.console.waitFor(prompt, { timeoutMs: 300_000, from });
    });
    await step('that was a first boot again', async () => {
      const kernels = main.console.lines().filter((line) => /Command line: /.test(line));
      check.equal(kernels.length, 2, 'kernels that the console saw');
      check.includes(kernels[1] ?? '', 'first_boot=', 'command line of the second kernel');
    });
  },
});
