/**
 * The time server that the config names is asked, and it alone. It is a program of the machine, in a
 * network namespace: machines of suites reach no other.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const server = '10.98.0.1';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/systemd/timesyncd.conf.d/10-harbour.conf
      contents: {inline: "[Time]\\nNTP=${server}\\nFallbackNTP=\\n"}
`;

/** busybox serves its own clock when it has no server itself. */
const startServer = `
ip netns add harbour
ip link add quay type veth peer name pier netns harbour
ip address add 10.98.0.2/24 dev quay
ip link set quay up
ip -n harbour address add ${server}/24 dev pier
ip -n harbour link set pier up
systemd-run --quiet --unit=time-server ip netns exec harbour busybox ntpd -n -l -I pier
`;

export default defineSuite({
  id: 'network/time-sync',
  summary: 'The clock is synchronised with the server that the config names, by one client.',
  claims: ['N19'],
  tags: ['network', 'systemd', 'butane'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('one client of time is active', async () => {
      const states = await main.exec([
        ...(['systemctl', 'is-active'] as const),
        ...['systemd-timesyncd', 'chronyd', 'ntpd'],
      ]);
      const active = states.stdout.split('\n').filter((state) => state === 'active');
      check.equal(active.length, 1, 'number of active clients');
    });
    await step('it asks the server', async () => {
      check.succeeds(await main.sh(startServer, { sudo: true }), 'starting the server');
      await main.output(['systemctl', 'restart', 'systemd-timesyncd.service'], { sudo: true });
      const script = `until journalctl -b -o cat --no-pager -u systemd-timesyncd \\
          | grep -E 'Contacted time server ${server}|Initial (clock )?synchronization.* ${server}'; do
          sleep 0.5
        done`;
      check.succeeds(
        await main.sh(script, { sudo: true }),
        'waiting for the server to be contacted',
      );
    });
    await step('the clock counts as synchronised', async () => {
      const synced = 'until [ "$(timedatectl show -P NTPSynchronized)" = yes ]; do sleep 0.5; done';
      check.succeeds(await main.sh(synced), 'waiting for NTPSynchronized');
      const shown = await main.output(['timedatectl', 'show-timesync', '-P', 'ServerName']);
      check.equal(shown, server, 'server of timesyncd');
    });
  },
});
