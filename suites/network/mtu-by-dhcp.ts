/**
 * What a DHCP server says of the network holds on the link.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { labNeeds, openLab, serveNames } from '../support/lab.js';
import { settled } from '../support/running.js';

/** The image's own settings for a NIC, which leave virtual links such as this one alone, on `lab0`. */
const asAnyNic = `{ printf '[Match]\\nName=lab0\\n\\n'
awk '/^\\[/ { other = $0 != "[Match]" } other' /usr/lib/systemd/network/zz-default.network
} > /etc/systemd/network/10-lab.network
networkctl reload`;

export default defineSuite({
  id: 'network/mtu-by-dhcp',
  summary: 'By the settings of the image address, MTU and name server of a lease are taken.',
  claims: ['N17'],
  tags: ['network', 'dhcp'],
  applies: { needs: labNeeds },
  topology: singleMachine(),
  async run(context) {
    const main = context.machine();
    await settled(main);
    await context.step('a server with an MTU of 1400', async () => {
      check.succeeds(await main.sh(asAnyNic, { sudo: true }), 'setting lab0 up');
      await openLab(context, main);
      const lease = ['--dhcp-range=192.0.2.50,192.0.2.50,1h', '--dhcp-leasefile=/run/lab.leases'];
      await serveNames(main, [...lease, '--dhcp-option=26,1400', '--dhcp-authoritative']);
      await main.output(['/usr/lib/systemd/systemd-networkd-wait-online', '-i', 'lab0', '-4']);
    });
    await context.step('the link has what was said', async () => {
      const said = await main.output(['ip', '-j', '-4', 'address', 'show', 'dev', 'lab0']);
      const [lab0] = JSON.parse(said) as { mtu: number; addr_info: { local: string }[] }[];
      check.equal(lab0?.mtu, 1400, 'MTU of lab0');
      check.equal(
        lab0?.addr_info.map(({ local }) => local),
        ['192.0.2.50'],
        'addresses of lab0',
      );
      const servers = await main.output(['resolvectl', 'dns', 'lab0']);
      check.includes(servers, '192.0.2.1', 'name servers of lab0');
    });
  },
});
