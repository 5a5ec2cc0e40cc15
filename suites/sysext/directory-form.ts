/**
 * An extension without an image file.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension, mergedExtensions } from '../support/extensions.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/directory-form',
  summary: 'A plain directory is an extension, too, and is gone from /usr when it is taken away.',
  claims: ['X06'],
  tags: ['sysext'],
  applies: { needs: ['sysext'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await makeExtension(machine, 'plain', { files: { 'bin/hello': '#!/bin/sh\necho hello\n' } });
    await context.step('merged', async () => {
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
      check.includes(await mergedExtensions(machine), 'plain', 'merged extensions');
      check.equal(await machine.output(['hello']), 'hello', 'its program');
    });
    await context.step('/usr is still read-only', async () => {
      check.fails(await machine.exec(['touch', '/usr/bin/x'], { sudo: true }), 'touch in /usr');
    });
    await context.step('gone', async () => {
      await machine.output(['rm', '-r', '/var/lib/extensions/plain'], { sudo: true });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
      check.fails(await machine.exec(['test', '-e', '/usr/bin/hello']), 'its program');
    });
  },
});
