/**
 * Configured once: the system does not change itself from boot to boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { difference, manifest, manifestParts } from '../support/manifest.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const reboots = 3;

export default defineSuite({
  id: 'state/no-drift',
  summary: `After ${reboots} reboots files, units, users and partitions are those of the first boot.`,
  claims: ['F03'],
  tags: ['state', 'talk', 'reboot'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { storage: { files: [file('/etc/harbour', 'no wake\n')] } },
    },
  }),
  start: 'first-boot',
  limits: { runMs: 900_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const first = await manifest(main);
    for (let n = 1; n <= reboots; n += 1) {
      await step(`reboot ${n}`, async () => {
        await main.reboot();
        await settled(main);
      });
    }
    const last = await manifest(main);
    for (const part of manifestParts) {
      await step(`the same ${part}`, async () => {
        check.ok(first[part].length > 0, `there are ${part} to compare`, first[part]);
        check.equal(difference(first[part], last[part]), [], `differences in ${part}`);
      });
    }
  },
});
