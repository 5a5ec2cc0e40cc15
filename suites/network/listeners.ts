/**
 * What a machine offers to the network when nobody asked for more.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker } from '../support/docker.js';
import { settled } from '../support/running.js';

/** Protocol, port and program. Source: flatcar/mantle, kola/tests/misc/network.go. */
const allowed = [
  /^tcp \S+:22 (systemd|init)$/,
  /^udp \S+:(68|546) systemd-networkd?$/,
  /^(tcp|udp) \S+:53 systemd-resolve$/,
  /^udp \S+ systemd-timesyn$/,
  /^tcp 127\.0\.0\.1:\d+ containerd$/,
];

export default defineSuite({
  id: 'network/listeners',
  summary: 'Only SSH, DHCP, the resolver, time and the container runtime listen.',
  claims: ['N03'],
  tags: ['network', 'security'],
  applies: { needs: ['docker'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('docker runs, and may listen as others do', async () => {
      await docker(main, 'info');
    });
    const sockets = await main.output(['ss', '-Hlntup'], { sudo: true });
    const listeners = sockets.split('\n').map((line) => {
      const [protocol = '', , , , local = ''] = line.trim().split(/\s+/);
      const program = /users:\(\("([^"]+)"/.exec(line)?.[1] ?? 'nobody';
      return `${protocol} ${local} ${program}`;
    });
    await step('SSH listens, through systemd', async () => {
      check.ok(
        listeners.some((one) => allowed[0]?.test(one)),
        'there is a listener on 22',
        listeners,
      );
    });
    await step('nobody else does', async () => {
      const others = listeners.filter((one) => !allowed.some((pattern) => pattern.test(one)));
      check.equal(others, [], 'unexpected listeners');
    });
  },
});
