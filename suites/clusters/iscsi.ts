/**
 * A disk that one machine serves and another uses as its own, by iSCSI.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, plain, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan } from '../support/clusters.js';

const target = 'iqn.2026-01.test.switchyard:disk';

const serve = `truncate -s 64M /srv/disk
systemd-run --quiet --unit=tgtd tgtd -f
until tgtadm --lld iscsi --op show --mode system > /dev/null 2>&1; do sleep 0.2; done
tgtadm --lld iscsi --op new --mode target --tid 1 -T ${target}
tgtadm --lld iscsi --op new --mode logicalunit --tid 1 --lun 1 -b /srv/disk
tgtadm --lld iscsi --op bind --mode target --tid 1 -I ALL`;

const identify = `mkdir -p /etc/iscsi
echo InitiatorName=iqn.2026-01.test.switchyard:client > /etc/iscsi/initiatorname.iscsi
systemctl start iscsid.service`;

/** The disk by the name that udev gives it, without the address. */
const disk = `/dev/disk/by-path/*-iscsi-${target}-lun-1`;

const logIn = `iscsiadm -m node -T ${target} --login > /dev/null
until ls ${disk} > /dev/null 2>&1; do sleep 0.2; done`;

export default defineSuite({
  id: 'clusters/iscsi',
  summary: 'A machine logs in to a disk of another by iSCSI, and finds its files there again.',
  claims: ['S11'],
  tags: ['cluster', 'storage'],
  applies: { needs: softwareNeeds },
  topology: onLan({ server: equipped(), client: plain() }),
  limits: { runMs: 480_000 },
  async run({ machine, machines, network, step }) {
    const [server, client] = [machine('server'), machine('client')];
    const address = network.station('server-0').ipv4;
    await allOnLan(machines, network);
    await step('the server offers a disk', async () => {
      await asRoot(server, 'starting the target', serve);
    });
    await step('the client finds it and logs in', async () => {
      await asRoot(client, 'starting the initiator', identify);
      const discover = `iscsiadm -m discovery -t sendtargets -p ${address}`;
      check.includes(await asRoot(client, 'discovery', discover), target, 'targets');
      await asRoot(client, 'login', logIn);
    });
    await step('what it writes is there after another login', async () => {
      const write = `mkfs.ext4 -q ${disk}; mkdir -p /mnt/disk; mount ${disk} /mnt/disk
echo ahoy > /mnt/disk/note; umount /mnt/disk`;
      await asRoot(client, 'writing', write);
      await asRoot(client, 'logout', `iscsiadm -m node -T ${target} --logout > /dev/null`);
      await asRoot(client, 'login', logIn);
      const note = await asRoot(client, 'reading', `mount ${disk} /mnt/disk; cat /mnt/disk/note`);
      check.equal(note, 'ahoy', 'the note');
    });
    await step('and it is on the server', async () => {
      const found = await server.sh('grep -c ahoy /srv/disk', { sudo: true });
      check.succeeds(found, 'looking for the note in the file behind the disk');
    });
  },
});
