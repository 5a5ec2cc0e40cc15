/**
 * Router advertisements give a machine an IPv6 address and a route.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'network/ipv6-autoconfiguration',
  summary: 'The NIC has an address of the advertised prefix, and a default route by the router.',
  claims: ['N16'],
  tags: ['network'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('an address of the advertised prefix', async () => {
      const argv = ['ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'site'] as const;
      check.matches(await main.output(argv), /inet6 fec0:[0-9a-f:]+\/64 .*dynamic/, 'addresses');
    });
    await step('a default route by the router', async () => {
      const routes = await main.output(['ip', '-6', 'route', 'show', 'default']);
      check.matches(routes, /^default .*via fe80::2 dev eth0 proto ra/m, 'default routes');
    });
  },
});
