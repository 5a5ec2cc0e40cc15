/**
 * Files for the OEM partition, by its present path and by its old one.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /usr/share/oem/old-path
      contents: {inline: "by the old path\\n"}
    - path: /oem/new-path
      contents: {inline: "by the new path\\n"}
`;

export default defineSuite({
  id: 'ignition/oem-path',
  summary: 'Files below /oem and /usr/share/oem are on the OEM partition.',
  claims: ['I40'],
  tags: ['ignition', 'oem', 'butane'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('both files are on the partition', async () => {
      const source = await main.output(['findmnt', '-no', 'PARTLABEL', '/oem']);
      check.equal(source, 'OEM', 'label of the partition at /oem');
      check.equal(await main.readFile('/oem/old-path'), 'by the old path\n', '/oem/old-path');
      check.equal(await main.readFile('/oem/new-path'), 'by the new path\n', '/oem/new-path');
    });
    await step('nothing of them is below the mount', async () => {
      const script = `mkdir /run/below; mount --bind / /run/below
        ls -A /run/below/oem; umount /run/below`;
      const below = check.succeeds(await main.sh(script, { sudo: true }), 'looking below /oem');
      check.equal(below, '', 'files of the root file system below /oem');
    });
  },
});
