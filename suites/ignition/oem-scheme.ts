/**
 * Contents from the OEM partition by a URL of its own.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

export default defineSuite({
  id: 'ignition/oem-scheme',
  summary: 'A file gets its contents from an oem:// URL.',
  claims: ['I39'],
  tags: ['ignition', 'oem'],
  applies: { needs: ['ignition-oem-scheme'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        storage: { files: [{ path: '/etc/from-oem', contents: { source: 'oem:///grub.cfg' } }] },
      },
    },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await step('the file is the one of the partition', async () => {
      const expected = await main.readFile('/oem/grub.cfg');
      check.equal(await main.readFile('/etc/from-oem'), expected, '/etc/from-oem');
    });
  },
});
