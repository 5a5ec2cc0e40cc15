/**
 * The kernel parameters that container networking relies on.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/**
 * The kernel filters by the larger of `all` and the interface's own. systemd's default file sets each
 * interface and leaves `all` out. A link that comes later has `default` and what udev makes of it.
 */
const readFilters = `ip link add filter0 type veth peer name filter1
udevadm settle --timeout=45
cd /proc/sys/net/ipv4/conf
for name in all default eth0 filter0; do echo "$name:$(cat $name/rp_filter)"; done`;

export default defineSuite({
  id: 'network/sysctls',
  summary: 'Packets are forwarded and reverse paths are not filtered, as containers need it.',
  claims: ['N11', 'N12', 'Z11'],
  tags: ['network', 'security'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const promised = [
      ['net.ipv4.ip_forward', '1'],
      ['kernel.kptr_restrict', '1'],
    ] as const;
    for (const [name, value] of promised) {
      await step(name, async () => {
        const path = `/proc/sys/${name.replaceAll('.', '/')}`;
        check.equal((await main.readFile(path)).trim(), value, name);
      });
    }
    await step('net.ipv4.conf.*.rp_filter', async () => {
      const read = check.succeeds(await main.sh(readFilters, { sudo: true }), 'reading rp_filter');
      const wanted = ['all:0', 'default:0', 'eth0:0', 'filter0:0'];
      check.equal(read.split('\n'), wanted, 'rp_filter by interface');
    });
  },
});
