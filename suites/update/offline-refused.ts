/**
 * What flatcar-update must not install.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { bootedSlot } from '../support/slots.js';
import { installMs, updatable, updateConf, updateNeeds, updateStatus } from '../support/updates.js';

export default defineSuite({
  id: 'update/offline-refused',
  summary: 'flatcar-update refuses a payload that nobody signed, and leaves the settings alone.',
  claims: ['A17', 'A36'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'flatcar-update'] },
  topology: updatable(),
  async run(context) {
    const machine = context.machine();
    const before = await machine.readFile(updateConf);
    await context.step('a file that is no payload', async () => {
      await machine.writeFile('/var/tmp/payload', 'CrAU and nothing else\n');
      const argv = ['flatcar-update', '-V', '99999.0.0', '-P', '/var/tmp/payload'] as const;
      check.fails(await machine.exec(argv, { sudo: true, timeoutMs: installMs }), 'flatcar-update');
    });
    await context.step('a user who is not root', async () => {
      const argv = ['flatcar-update', '-V', '99999.0.0', '-P', '/var/tmp/payload'] as const;
      check.fails(await machine.exec(argv), 'flatcar-update by core');
    });
    await context.step('nothing has changed', async () => {
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
      check.equal(await bootedSlot(machine), 'a', 'the running slot');
      const lines = (text: string) => text.trim().split('\n').sort();
      check.equal(lines(await machine.readFile(updateConf)), lines(before), updateConf);
    });
  },
});
