/**
 * A WireGuard tunnel from its config file, brought up by its unit; the far end is in a namespace.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const prepare = `
umask 077
mkdir -p /etc/wireguard
wg genkey > /etc/wireguard/near.key
wg genkey > /etc/wireguard/far.key
wg pubkey < /etc/wireguard/near.key > /etc/wireguard/near.pub
wg pubkey < /etc/wireguard/far.key > /etc/wireguard/far.pub
cat > /etc/wireguard/kv0.conf <<END
[Interface]
Address = 10.100.0.2/24
PrivateKey = $(cat /etc/wireguard/near.key)
ListenPort = 51820
[Peer]
PublicKey = $(cat /etc/wireguard/far.pub)
AllowedIPs = 10.100.0.1/32
Endpoint = 10.99.0.1:51820
END
ip netns add far
ip link add near type veth peer name far netns far
ip address add 10.99.0.2/24 dev near
ip link set near up
ip -n far address add 10.99.0.1/24 dev far
ip -n far link set far up
ip -n far link add wg0 type wireguard
ip netns exec far wg set wg0 listen-port 51820 private-key /etc/wireguard/far.key \\
  peer "$(cat /etc/wireguard/near.pub)" allowed-ips 10.100.0.2/32 endpoint 10.99.0.2:51820
ip -n far address add 10.100.0.1/24 dev wg0
ip -n far link set wg0 up
`;

export default defineSuite({
  id: 'network/wireguard',
  summary: 'wg-quick brings a tunnel up from its file, and packets go through it.',
  claims: ['N15'],
  tags: ['network'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the far end waits in a namespace', async () => {
      check.succeeds(await main.sh(prepare, { sudo: true }), 'making the far end');
    });
    await step('the unit of the near end starts', async () => {
      await main.output(['systemctl', 'start', 'wg-quick@kv0.service'], { sudo: true });
      const address = await main.output(['ip', '-4', '-o', 'address', 'show', 'dev', 'kv0']);
      check.matches(address, /inet 10\.100\.0\.2\/24 /, 'address of kv0');
    });
    await step('packets go through', async () => {
      await main.output(['ping', '-c', '1', '-W', '20', '10.100.0.1'], { sudo: true });
      const shaken = await main.output(['wg', 'show', 'kv0', 'latest-handshakes'], { sudo: true });
      check.matches(shaken, /\t[1-9]\d+$/, 'latest handshake');
    });
  },
});
