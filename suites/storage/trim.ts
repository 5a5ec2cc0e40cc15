/**
 * Blocks that are no longer used can be given back to the disk.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'storage/trim',
  summary: 'fstrim gives the unused blocks of the root file system back.',
  claims: ['S13'],
  tags: ['storage'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('all file systems are trimmed without a complaint', async () => {
      const result = await main.exec(['fstrim', '--all', '--verbose'], { sudo: true });
      check.matches(check.succeeds(result, 'fstrim --all'), /^\/: .*\btrimmed\b/m, 'fstrim');
    });
  },
});
