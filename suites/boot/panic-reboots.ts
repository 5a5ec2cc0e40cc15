/**
 * A kernel that panics reboots by itself after a minute.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const reason = 'the suite makes the kernel panic';

export default defineSuite({
  id: 'boot/panic-reboots',
  summary: 'A panic is followed by a reboot, a minute later.',
  claims: ['B25'],
  tags: ['boot', 'kernel', 'reboot', 'slow'],
  topology: singleMachine(),
  limits: rebootLimits,
  expects: [{ pattern: 'kernel-panic', reason }],
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the kernel waits a minute before it reboots', async () => {
      check.equal(await main.output(['cat', '/proc/sys/kernel/panic']), '60', 'kernel.panic');
    });
    await step('after a panic the machine is back by itself', async () => {
      const startedMs = performance.now();
      await main.reboot({ request: ['sh', '-c', 'sync; echo c > /proc/sysrq-trigger'] });
      const seconds = (performance.now() - startedMs) / 1000;
      check.ok(seconds >= 60, 'the reboot came after 60 s', `${Math.round(seconds)} s`);
      const panics = main.console.lines().filter((line) => /Kernel panic - not syncing/.test(line));
      check.equal(panics.length, 1, 'panics that the console saw');
    });
  },
});
