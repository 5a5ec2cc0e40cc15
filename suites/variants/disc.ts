/**
 * A machine that boots from a compact disc: nobody gives it a config or a key, a person sits at its screen.
 */

import { HarnessError } from '../../harness/base/errors.js';
import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { liveMemoryMiB } from '../support/live.js';

/** The first words may come before the shell that they are for. */
const mostTries = 6;

/**
 * Types a command at the screen and returns its output as one line: the shell writes it to the serial
 * port, which nothing else does.
 */
async function ask(machine: Machine, tag: string, command: string): Promise<string> {
  const answer = new RegExp(`<${tag}:([^$]*)>`);
  // A busy guest loses keys: what half a line has begun, such as a quotation, is broken off.
  const typed = `\u0003echo "<${tag}:$(${command} | tr -d '\\n')>" | sudo tee /dev/ttyS0\n`;
  for (let tries = 1; ; tries += 1) {
    await machine.typeKeys(typed);
    try {
      const line = await machine.console.waitFor(answer, { timeoutMs: 20_000 });
      return check.matches(line, answer, `answer to ${command}`)[1] ?? '';
    } catch (thrown) {
      const late = thrown instanceof HarnessError && thrown.code === 'CONSOLE_TIMEOUT';
      if (!late || tries === mostTries) throw thrown;
    }
  }
}

export default defineSuite({
  id: 'variants/disc',
  summary: 'From a compact disc the release runs in memory, and its screen is logged in.',
  claims: ['P13'],
  tags: ['variants', 'boot', 'console'],
  applies: { needs: ['bios', 'console', 'extra:iso'] },
  topology: singleMachine({
    boot: { kind: 'cd', extra: 'iso' },
    memoryMiB: liveMemoryMiB,
    provisioning: { kind: 'none' },
    ready: { kind: 'banner' },
  }),
  start: 'cold',
  limits: { bootMs: 480_000, runMs: 300_000 },
  async run({ machine, step }) {
    const main = machine();
    await step('the screen has a shell of core', async () => {
      check.equal(await ask(main, 'user', 'whoami'), 'core', 'user at the screen');
    });
    await step('it is this release, in memory', async () => {
      const version = await ask(main, 'version', '. /etc/os-release; echo $VERSION_ID');
      check.equal(version, main.image.version, 'VERSION_ID of the disc');
      check.equal(await ask(main, 'root', 'findmnt -no FSTYPE /'), 'tmpfs', 'file system of /');
    });
  },
});
