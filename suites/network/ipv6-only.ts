/**
 * A link that has IPv6 and nothing else, and a machine that has no IPv4 on any other.
 */

import type { Machine } from '../../harness/model/machine.js';
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

/**
 * What the machine does without IPv4 is in /run/only6; then it has its way in again. Names are asked of
 * lab0 alone, and of the server itself.
 */
const withoutIpv4 = `count() { ip -4 -o address show scope global | grep -c .; }
ip -4 address flush dev eth0
resolvectl dns eth0 ''
{
  echo "addresses of IPv4: $(count)"
  systemctl restart systemd-networkd-wait-online.service; echo "online: $?"
  ping -6 -c 1 -W 10 fd00:1ab::1 > /dev/null; echo "ping: $?"
  timeout 60 resolvectl query --cache=no --legend=no harbour.example
  echo "addresses of IPv4: $(count)"
} > /run/only6
resolvectl revert eth0
networkctl reconfigure eth0
touch /run/only6.done
`;

/** Runs it while nobody is connected: no packet gets through, and an answer would be repeated late. */
async function loseIpv4(main: Machine): Promise<readonly string[]> {
  await main.writeFile('/var/tmp/only6', withoutIpv4);
  const later = ['--on-active=3', '--timer-property=AccuracySec=100ms', '--unit=only6'] as const;
  await main.output(['systemd-run', ...later, 'sh', '/var/tmp/only6'], { sudo: true });
  main.disconnect();
  const until = 'until test -e /run/only6.done; do sleep 0.5; done';
  check.succeeds(await main.sh(until, { timeoutMs: 240_000 }), 'waiting for the way in');
  return (await main.readFile('/run/only6')).trim().split('\n');
}

export default defineSuite({
  id: 'network/ipv6-only',
  summary:
    'Router advertisements alone give address, name server and reachability, also without any IPv4.',
  claims: ['N22'],
  tags: ['network', 'ipv6'],
  applies: { needs: labNeeds },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [link] } } },
  }),
  start: 'first-boot',
  limits: { runMs: 360_000 },
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
    await context.step('the same without IPv4 on any link', async () => {
      const [before, online, ping, name = '', ...after] = await loseIpv4(main);
      check.equal(before, 'addresses of IPv4: 0', 'addresses without eth0');
      check.equal(online, 'online: 0', 'status of systemd-networkd-wait-online.service');
      check.equal(ping, 'ping: 0', 'status of ping');
      check.includes(name, 'fd00:1ab::77', 'answer of resolved');
      check.equal(after.at(-1), 'addresses of IPv4: 0', 'addresses without eth0, at the end');
    });
  },
});
