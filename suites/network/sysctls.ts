/**
 * The kernel parameters that container networking relies on.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

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
      ['net.ipv4.conf.all.rp_filter', '0'],
      ['kernel.kptr_restrict', '1'],
    ] as const;
    for (const [name, value] of promised) {
      await step(name, async () => {
        const path = `/proc/sys/${name.replaceAll('.', '/')}`;
        check.equal((await main.readFile(path)).trim(), value, name);
      });
    }
  },
});
