/**
 * The network's time server is the one that machines follow without being told.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds, machinesOnLan, onAll } from '../support/clusters.js';

/** Years ahead; the unit is stopped meanwhile so that it does not see the jump itself. */
const astray = `systemctl stop systemd-timesyncd
date +%s
date -s '5 years' > /dev/null
systemctl start systemd-timesyncd`;

/** Not a year from when it was right, in seconds since 1970. */
function corrected(before: string): string {
  const limit = Number(before) + 365 * 86_400;
  return `until [ "$(date +%s)" -lt ${limit} ]; do sleep 0.2; done`;
}

export default defineSuite({
  id: 'clusters/time',
  summary: 'Machines whose clocks are wrong take the time of their network, and then agree.',
  claims: ['K28'],
  tags: ['cluster', 'time'],
  applies: { needs: clusterNeeds },
  topology: machinesOnLan(3),
  async run({ machines, network, step }) {
    await allOnLan(machines, network);
    await step('clocks go astray, and come back', async () => {
      await onAll(machines, async (machine) => {
        const set = await machine.sh(astray, { sudo: true });
        const before = check.succeeds(set, 'setting the clock');
        const result = await machine.sh(corrected(before), { timeoutMs: 90_000 });
        check.succeeds(result, `${machine.name} waits for the right time`);
      });
    });
    await step('they agree', async () => {
      const startedMs = performance.now();
      const times = await onAll(machines, async (each) =>
        Number(await each.output(['date', '+%s'])),
      );
      const apart = Math.max(...times) - Math.min(...times);
      // They are asked at once, and answer when they can.
      const askedFor = (performance.now() - startedMs) / 1000;
      check.ok(apart <= 3 + askedFor, 'clocks within 3 s of each other', { times, askedFor });
    });
    await step('from the network’s own server', async () => {
      const events = await network.events();
      for (const { name } of machines) {
        const asked = events.some((event) => event.kind === 'time' && event.client === name);
        check.equal(asked, true, `${name} asked the network for the time`);
      }
    });
  },
});
