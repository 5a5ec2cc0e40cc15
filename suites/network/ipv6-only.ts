/**
 * A link that has IPv6 and nothing else.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { labLink, labNeeds, openLab, serveNames } from '../support/lab.js';
import { settled } from '../support/running.js';

const link = labLink(`[Network]
LinkLocalAddressing=ipv6
IPv6AcceptRA=yes
Domains=~example
`);

export default defineSuite({
  id: 'network/ipv6-only',
  summary: 'Router advertisements alone give address, name server and reachability.',
  claims: ['N22'],
  tags: ['network', 'ipv6'],
  applies: { needs: labNeeds },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [link] } } },
  }),
  start: 'first-boot',
  async run(context) {
    const main = context.machine();
    await settled(main);
    await context.step('a router that names itself as name server', async () => {
      await openLab(context, main);
      const advertise = ['--enable-ra', '--dhcp-range=::,constructor:srv0,ra-only'];
      await serveNames(main, [...advertise, '--address=/harbour.example/fd00:1ab::77']);
      await main.output(['/usr/lib/systemd/systemd-networkd-wait-online', '-i', 'lab0', '-6']);
    });
    await context.step('an address of the prefix, and none of IPv4', async () => {
      const script = `until ip -6 -o address show dev lab0 scope global | grep -q fd00:1ab:; do sleep 0.3; done
        ip -o address show dev lab0`;
      const addresses = check.succeeds(await main.sh(script), 'waiting for an address');
      check.matches(addresses, /inet6 fd00:1ab::?[0-9a-f:]+\/64/, 'addresses of lab0');
      check.ok(!/\binet \d/.test(addresses), 'lab0 has no IPv4 address', addresses);
    });
    await context.step('names and machines are reached', async () => {
      check.succeeds(await main.exec(['ping', '-6', '-c', '1', 'fd00:1ab::1']), 'ping');
      const answer = await main.output(['resolvectl', 'query', '--legend=no', 'harbour.example']);
      check.includes(answer, 'fd00:1ab::77', 'answer of resolved');
    });
  },
});
