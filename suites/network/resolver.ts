/**
 * Name resolution goes through resolved, with the documented defaults.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'network/resolver',
  summary: "resolv.conf is resolved's, and LLMNR and DNSSEC are off.",
  claims: ['N04', 'N06'],
  tags: ['network'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('/etc/resolv.conf leads to resolved', async () => {
      const target = await main.output(['realpath', '/etc/resolv.conf']);
      check.equal(target, '/run/systemd/resolve/resolv.conf', 'target of /etc/resolv.conf');
    });
    await step('LLMNR and DNSSEC are off', async () => {
      const status = await main.output(['resolvectl', 'status', '--no-pager']);
      // The first section is about all links; what is off there is off on each.
      const [, protocols = ''] = check.matches(
        status,
        /^Global\n\s*Protocols: (.*)$/m,
        'resolvectl status',
      );
      check.includes(protocols.split(' '), '-LLMNR', 'protocols of resolved');
      check.matches(protocols, /\bDNSSEC=no\b/, 'protocols of resolved');
    });
  },
});
