/**
 * The report that Ignition leaves on the machine.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const path = '/etc/.ignition-result.json';

/** What is compared of a boot id: systemd writes it without dashes, the kernel with them. */
function plain(bootId: unknown): string {
  return String(bootId).replaceAll('-', '');
}

export default defineSuite({
  id: 'ignition/result-file',
  summary: 'Ignition records, for root only, in which boot it ran and that it was given a config.',
  claims: ['I04'],
  tags: ['ignition'],
  topology: singleMachine(),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await context.step('only root can read it', async () => {
      await settled(machine);
      const mode = await machine.output(['stat', '-c', '%a %U', path], { sudo: true });
      check.equal(mode, '600 root', `mode and owner of ${path}`);
    });
    await context.step('it names this boot and the config', async () => {
      const text = await machine.output(['cat', path], { sudo: true });
      const result = JSON.parse(text) as Readonly<Record<string, unknown>>;
      check.equal(result['userConfigProvided'], true, 'userConfigProvided');
      const bootId = plain(result['provisioningBootID']);
      check.equal(bootId, plain(await machine.bootId()), 'provisioningBootID');
    });
  },
});
