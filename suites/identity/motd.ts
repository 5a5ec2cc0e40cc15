/**
 * Who logs in reads what the machine runs.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'identity/motd',
  summary: 'The message of the day names the system, its channel and its version.',
  claims: ['C07'],
  tags: ['identity'],
  topology: singleMachine(),
  async run({ machine, image, step }) {
    const main = machine();
    const { osName, version, channel } = image.descriptor;
    await settled(main);
    await step('it is made at boot', async () => {
      const target = await main.output(['readlink', '-f', '/etc/motd']);
      check.equal(target, '/run/flatcar/motd', 'target of /etc/motd');
    });
    await step('it says what runs', async () => {
      const text = await main.readFile('/etc/motd');
      for (const word of [osName, version, channel]) check.includes(text, word, '/etc/motd');
    });
  },
});
