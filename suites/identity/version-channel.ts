/**
 * The channel as it can be read off a version number.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { osRelease, parseAssignments } from '../support/os-release.js';

/** The middle number of a version, by channel. Source: flatcar/Flatcar, RELEASES.md. */
const channelDigits: Readonly<Record<string, string>> = {
  alpha: '0',
  beta: '1',
  stable: '2',
  lts: '3',
};

export default defineSuite({
  id: 'identity/version-channel',
  summary: 'The system follows the channel under test, and its version number belongs to it.',
  claims: ['C03', 'C05'],
  tags: ['identity', 'update'],
  applies: { channels: ['alpha', 'beta', 'stable', 'lts'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    const { channel } = machine.image;
    await context.step('the update group is the channel', async () => {
      const text = await machine.readFile('/usr/share/flatcar/update.conf');
      // LTS groups may name their year: lts-2024.
      const group = parseAssignments(text)
        .get('GROUP')
        ?.replace(/^lts-.*/, 'lts');
      check.equal(group, channel, 'GROUP in /usr/share/flatcar/update.conf');
    });
    await context.step('so is the middle number of the version', async () => {
      const version = (await osRelease(machine)).get('VERSION_ID') ?? '';
      check.equal(version.split('.')[1], channelDigits[channel], `middle number of ${version}`);
    });
  },
});
