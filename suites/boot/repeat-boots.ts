/**
 * Boot after boot the same system comes up.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { difference } from '../support/manifest.js';
import { checkRunning } from '../support/running.js';

const boots = 20;

/**
 * Units that come and go with logins, timers and the numbers of loop devices, and those that find a
 * while after the boot that it was a good one.
 */
const passing = new RegExp(
  `^(${[
    ...['.*\\.device', 'sshd@.*', 'session-.*\\.scope', 'user@.*', 'user-.*', 'run-.*'],
    ...['systemd-tmpfiles-clean\\..*', 'boot-complete\\.target', 'mark-slot-good\\..*'],
    'system-health\\..*',
  ].join('|')})$`,
);

async function activeUnits(machine: Machine): Promise<readonly string[]> {
  const argv = ['systemctl', 'list-units', '--state=active', '--plain', '--no-legend'] as const;
  const lines = (await machine.output([...argv, '--no-pager'])).split('\n');
  const names = lines.map((line) => line.trim().split(/\s+/)[0] ?? '');
  return names.filter((name) => name !== '' && !passing.test(name)).sort();
}

export default defineSuite({
  id: 'boot/repeat-boots',
  summary: `${boots} cold boots in a row come up with the same units and without a failure.`,
  claims: ['B29'],
  tags: ['boot', 'reboot', 'slow'],
  topology: singleMachine(),
  start: 'cold',
  limits: { runMs: 1_800_000 },
  async run({ machine, step, attach }) {
    const main = machine();
    const seconds: number[] = [];
    const bootAgain = async () => {
      await main.powerOff();
      const startedMs = performance.now();
      await main.start();
      await checkRunning(main);
      seconds.push(Math.round((performance.now() - startedMs) / 100) / 10);
    };
    // A first boot has units of its own.
    await bootAgain();
    const expected = await activeUnits(main);
    for (let n = 2; n <= boots; n += 1) {
      await step(`boot ${n}`, async () => {
        await bootAgain();
        const changes = difference(expected, await activeUnits(main));
        check.equal(changes, [], `active units of boot ${n}, held against the first of them`);
      });
    }
    await attach('seconds-of-boots.json', `${JSON.stringify(seconds)}\n`);
  },
});
