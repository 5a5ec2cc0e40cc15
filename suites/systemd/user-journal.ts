/**
 * A user sees the journal of the own services, and nothing of it gets lost between.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/user-journal',
  summary: 'What a user service of core prints is in the journal of the user core.',
  claims: ['D09'],
  tags: ['systemd'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const text = 'from a service of core';
    await step('a service of the user runs', async () => {
      const script = `export XDG_RUNTIME_DIR=/run/user/$(id -u)
        systemd-run --user --wait --quiet --unit=chatty /bin/echo "${text}"`;
      check.succeeds(await main.sh(script), 'running a user service');
    });
    await step('its output is in the journal of the user', async () => {
      await main.output(['journalctl', '--sync'], { sudo: true });
      const argv = [
        'journalctl',
        '--user',
        '--user-unit=chatty',
        '-o',
        'cat',
        '--no-pager',
      ] as const;
      check.includes(await main.output(argv), text, 'journal of the user');
    });
  },
});
