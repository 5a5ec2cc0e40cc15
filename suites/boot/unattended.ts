/**
 * From power to login without a key pressed, and a console that has nothing to complain of.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** What kola looks for on consoles (flatcar/mantle, kola/harness.go, consoleChecks), and a little more. */
const complaints = new RegExp(
  [
    'Kernel panic|Oops:|WARNING: CPU|Call Trace|general protection|soft lockup|hung_task',
    'blocked for more than|out of memory|invoked oom-killer|segfault|dumped core',
    'panic: |goroutine \\d+ \\[|avc: +denied',
    'EXT4-fs (?:error|warning)|BTRFS error|I/O error|metadata block \\d+ is corrupted',
    'Failed to start|Dependency failed|emergency (?:mode|shell)|Ignition failed|ordering cycle|error: ',
  ].join('|'),
  'i',
);

export default defineSuite({
  id: 'boot/unattended',
  summary: 'The default entry boots to the login prompt by itself, without a complaint.',
  claims: ['B03', 'B19'],
  tags: ['boot', 'console'],
  applies: { needs: ['console', 'grub'] },
  topology: singleMachine(),
  start: 'cold',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const position = (pattern: RegExp) => {
      const found = main.console.lines().findIndex((line) => pattern.test(line));
      check.ok(found >= 0, `the console has ${pattern}`, main.console.lines().slice(0, 5));
      return found;
    };
    await step('boot loader, kernel, login', async () => {
      await main.console.waitFor(/login:/, { timeoutMs: 120_000 });
      const order = [position(/GRUB/), position(/Linux version \d/), position(/login:/)];
      check.equal(
        order.toSorted((a, b) => a - b),
        order,
        'lines of loader, kernel and login',
      );
    });
    await step('no complaint on the console', async () => {
      check.equal(
        main.console.lines().filter((line) => complaints.test(line)),
        [],
        'complaints',
      );
    });
  },
});
