/**
 * Extensions of the first hour.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { mergedExtensions } from '../support/extensions.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const home = '/etc/extensions/own';

export default defineSuite({
  id: 'sysext/at-provisioning',
  summary: 'An extension in the config is merged at the first boot, and after each reboot.',
  claims: ['X05'],
  tags: ['sysext', 'first-boot'],
  applies: { needs: ['sysext'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          files: [
            file(`${home}/usr/lib/extension-release.d/extension-release.own`, 'ID=_any\n'),
            file(`${home}/usr/bin/own`, '#!/bin/sh\necho own\n', 0o755),
          ],
        },
      },
    },
  }),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await context.step('it is there after the first boot', async () => {
      check.includes(await mergedExtensions(machine), 'own', 'merged extensions');
      check.equal(await machine.output(['own']), 'own', 'its program');
    });
    await context.step('and after a reboot', async () => {
      await machine.reboot();
      check.includes(await mergedExtensions(machine), 'own', 'merged extensions');
      check.equal(await machine.output(['own']), 'own', 'its program');
    });
  },
});
