/**
 * Timers of the image are armed, and what they start runs.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/timers',
  summary: 'The timer of systemd-tmpfiles-clean is armed, and its service succeeds.',
  claims: ['D06'],
  tags: ['systemd'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the timer waits for its time', async () => {
      const { activeState, subState } = await main.unit('systemd-tmpfiles-clean.timer');
      check.equal([activeState, subState], ['active', 'waiting'], 'systemd-tmpfiles-clean.timer');
      const timers = await main.output(['systemctl', 'list-timers', '--no-legend', '--no-pager']);
      check.includes(timers, 'systemd-tmpfiles-clean.service', 'systemctl list-timers');
    });
    await step('its service succeeds', async () => {
      const name = 'systemd-tmpfiles-clean.service';
      await main.output(['systemctl', 'start', name], { sudo: true, timeoutMs: 120_000 });
      check.equal((await main.unit(name)).result, 'success', `result of ${name}`);
    });
    await step('a timer of our own elapses', async () => {
      const mark = '/run/elapsed';
      const argv = ['systemd-run', '--on-active=1', '--unit=elapse', '/bin/touch', mark] as const;
      await main.output(argv, { sudo: true });
      const wait = `while [ ! -e ${mark} ]; do sleep 0.2; done`;
      check.succeeds(await main.sh(wait), `waiting for ${mark}`);
    });
  },
});
