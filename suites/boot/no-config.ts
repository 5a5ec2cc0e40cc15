/**
 * A machine that is given nothing at all: no config, no key. Only its console can be used.
 */

import type { MachineConsole } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const prompt = /\bcore@\S+.*\$/;

/**
 * Types a command and returns its output as one line. What is typed is echoed too, but there the
 * substitution stands where the answer has its text, so only the answer matches.
 */
async function ask(console: MachineConsole, tag: string, command: string): Promise<string> {
  await console.send(`echo "<${tag}:$(${command} | tr -d '\\n')>"\n`);
  const answer = new RegExp(`<${tag}:([^$].*)>`);
  const line = await console.waitFor(answer, { timeoutMs: 90_000 });
  return check.matches(line, answer, `answer to ${command}`)[1] ?? '';
}

export default defineSuite({
  id: 'boot/no-config',
  summary: 'Without any config the machine boots to a running system and knows that it had none.',
  claims: ['I03', 'B20'],
  tags: ['boot', 'ignition', 'console'],
  applies: { needs: ['console', 'console-autologin'] },
  topology: singleMachine({
    provisioning: { kind: 'none' },
    ready: { kind: 'console', pattern: prompt },
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
