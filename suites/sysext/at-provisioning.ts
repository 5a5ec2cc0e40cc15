/**
 * Extensions of the first hour.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { mergedExtensions } from '../support/extensions.js';
import { hello, helloExtension } from '../support/hello-extension.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const home = '/etc/extensions/own';

async function bothAreThere(machine: Machine): Promise<void> {
  const merged = await mergedExtensions(machine);
  check.includes(merged, 'hello', 'merged extensions');
  check.equal((await machine.readFile(hello.path)).trim(), hello.text, 'the file of the image');
  check.includes(merged, 'own', 'merged extensions');
  check.equal(await machine.output(['own']), 'own', 'the program of the directory');
}

export default defineSuite({
  id: 'sysext/at-provisioning',
  summary:
    'Extensions in the config, an image and a directory, are merged at the first boot and after each reboot.',
  claims: ['X05'],
  tags: ['sysext', 'first-boot'],
  applies: { needs: ['sysext'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          files: [
            helloExtension('/etc/extensions/hello.raw'),
            file(`${home}/usr/lib/extension-release.d/extension-release.own`, 'ID=_any\n'),
            file(`${home}/usr/bin/own`, '#!/bin/sh\necho own\n', 0o755),
          ],
        },
      },
    },
  }),
  start: 'first-boot',
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await context.step('they are there after the first boot', async () => {
      await bothAreThere(machine);
    });
    await context.step('and after a reboot', async () => {
      await machine.reboot();
      await bothAreThere(machine);
    });
  },
});
