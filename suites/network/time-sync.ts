/**
 * The clock follows the time server that the config names.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { labLink, labNeeds, labServer, openLab, serveInLab } from '../support/lab.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const link = labLink('[Network]\nAddress=192.0.2.9/24\n');
const client = file(
  '/etc/systemd/timesyncd.conf.d/10-lab.conf',
  `[Time]\nNTP=${labServer}\nConnectionRetrySec=1\n`,
);
// Its answers are those of the clock that they are about: chronyd must not set it.
const server = file(
  '/etc/lab-chrony.conf',
  `local stratum 1\nallow all\nbindaddress ${labServer}\ncmdport 0\npidfile /run/lab-chrony.pid\n`,
);

const clients = ['systemd-timesyncd.service', 'ntpd.service', 'chronyd.service'] as const;

export default defineSuite({
  id: 'network/time-sync',
  summary: 'One time client runs, and it contacts the server of the config.',
  claims: ['N19'],
  tags: ['network', 'time'],
  applies: { needs: labNeeds },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [link, client, server] } } },
  }),
  start: 'first-boot',
  async run(context) {
    const main = context.machine();
    await settled(main);
    await context.step('one client runs', async () => {
      const { stdout } = await main.exec(['systemctl', 'is-active', ...clients]);
      const active = stdout.split('\n').filter((state) => state === 'active');
      check.equal(active.length, 1, 'active time clients');
    });
    await context.step('a server in the lab', async () => {
      await openLab(context, main);
      const argv = ['chronyd', '-d', '-x', '-u', 'root', '-f', '/etc/lab-chrony.conf'];
      await serveInLab(main, 'time', argv);
      await main.output(['/usr/lib/systemd/systemd-networkd-wait-online', '-i', 'lab0']);
      await main.output(['systemctl', 'restart', 'systemd-timesyncd.service'], { sudo: true });
    });
    await context.step('the client contacts it', async () => {
      const script = `until timedatectl show -P NTPSynchronized | grep -qx yes; do sleep 0.5; done
        timedatectl show-timesync -P ServerAddress`;
      const address = check.succeeds(await main.sh(script), 'waiting for the time');
      check.equal(address, labServer, 'server of the client');
      const journal = await main.journal({ unit: 'systemd-timesyncd.service' });
      const said = journal.map(({ message }) => message).join('\n');
      check.matches(said, /Contacted time server 192\.0\.2\.1/, 'journal of the client');
    });
  },
});
