/**
 * What users write outside of /usr stays.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const places = ['/var/lib/proof', '/home/core/proof', '/opt/proof', '/proof', '/etc/proof'];

export default defineSuite({
  id: 'state/root-persists',
  summary: 'Files below /, /etc, /home, /opt and /var can be written and survive a reboot.',
  claims: ['V17', 'V23'],
  tags: ['state'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('/ is writable', async () => {
      const options = await main.output(['findmnt', '-no', 'OPTIONS', '/']);
      check.includes(options.split(','), 'rw', 'mount options of /');
      for (const place of places) await main.writeFile(place, `written to ${place}\n`);
    });
    await step('the files survive a reboot', async () => {
      await main.output(['sync']);
      await main.reboot();
      for (const place of places) {
        check.equal(await main.readFile(place), `written to ${place}\n`, `contents of ${place}`);
      }
    });
  },
});
