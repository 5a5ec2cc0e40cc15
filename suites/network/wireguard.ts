/**
 * A WireGuard tunnel that is provisioned: its file and its unit are of the config, and it is up after each
 * boot. The far end is in a namespace of the machine.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

/** Keys that were made for this suite, and are of use nowhere else. */
const near = {
  secret: 'kOGc48JqF/FYuiSHlwC3nkRZfkpw7M+XOpkKkb85H18=',
  open: 'XC0Zb/1T0DiCVDOp7BI+BvDr/UOXIeu5163y9pzi3CE=',
};
const far = {
  secret: 'aJplu/sKsT+cBj1cMzEYmcFAH3JXzoRn0JR/NM9c+2k=',
  open: '678C2qeBsOzPvSDbp3tQ3qOj2A9CSqZJX9F+3Wv+bH8=',
};

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/wireguard/kv0.conf
      mode: 0600
      contents:
        inline: |
          [Interface]
          Address = 10.100.0.2/24
          PrivateKey = ${near.secret}
          ListenPort = 51820
          [Peer]
          PublicKey = ${far.open}
          AllowedIPs = 10.100.0.1/32
          Endpoint = 10.99.0.1:51820
    - path: /etc/wireguard/far.key
      mode: 0600
      contents: {inline: "${far.secret}\\n"}
systemd:
  units:
    - name: wg-quick@kv0.service
      enabled: true
`;

/** Namespaces end with the boot, so it is made in each. */
const makeFarEnd = `
ip netns add far
ip link add near type veth peer name far netns far
ip address add 10.99.0.2/24 dev near
ip link set near up
ip -n far address add 10.99.0.1/24 dev far
ip -n far link set far up
ip -n far link add wg0 type wireguard
ip netns exec far wg set wg0 listen-port 51820 private-key /etc/wireguard/far.key \\
  peer '${near.open}' allowed-ips 10.100.0.2/32 endpoint 10.99.0.2:51820
ip -n far address add 10.100.0.1/24 dev wg0
ip -n far link set wg0 up
`;

async function checkTunnel(main: Machine): Promise<void> {
  const { stdout: state } = await main.exec(['systemctl', 'is-active', 'wg-quick@kv0.service']);
  check.equal(state.trim(), 'active', 'wg-quick@kv0.service');
  const address = await main.output(['ip', '-4', '-o', 'address', 'show', 'dev', 'kv0']);
  check.matches(address, /inet 10\.100\.0\.2\/24 /, 'address of kv0');
  check.succeeds(await main.sh(makeFarEnd, { sudo: true }), 'making the far end');
  await main.output(['ping', '-c', '1', '-W', '20', '10.100.0.1'], { sudo: true });
  const shaken = await main.output(['wg', 'show', 'kv0', 'latest-handshakes'], { sudo: true });
  check.matches(shaken, /\t[1-9]\d+$/, 'latest handshake');
}

export default defineSuite({
  id: 'network/wireguard',
  summary: 'A provisioned tunnel is up after each boot, and packets go through it.',
  claims: ['N15'],
  tags: ['network', 'butane', 'reboot'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the tunnel of the config is up', async () => await checkTunnel(main));
    await step('and after a reboot', async () => {
      await main.reboot();
      await settled(main);
      await checkTunnel(main);
    });
  },
});
