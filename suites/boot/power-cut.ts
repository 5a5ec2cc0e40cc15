/**
 * A machine that loses its power while it writes comes back.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'boot/power-cut',
  summary: 'After a power cut during writes the machine runs, and what was synced is there.',
  claims: ['B24'],
  tags: ['boot', 'power', 'storage', 'reboot'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the power fails while something is written', async () => {
      await main.writeFile('/var/synced', 'safe\n');
      await main.output(['sync'], { sudo: true });
      const write = 'while :; do dd if=/dev/zero of=/var/noise bs=64k count=256 conv=fsync; done';
      const argv = ['systemd-run', '--unit=writer', '/bin/sh', '-c', write] as const;
      await main.output(argv, { sudo: true });
      const growing = 'until [ -s /var/noise ]; do sleep 0.1; done';
      check.succeeds(await main.sh(growing), 'waiting for writes');
      await main.cutPower();
    });
    await step('the machine runs again', async () => {
      await main.start();
      await checkRunning(main);
    });
    await step('its root is writable, and the synced file is there', async () => {
      check.equal(await main.readFile('/var/synced'), 'safe\n', '/var/synced');
      check.matches(await main.output(['findmnt', '-no', 'OPTIONS', '/']), /^rw,/, 'options of /');
    });
  },
});
