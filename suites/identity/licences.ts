/**
 * The licences of what is inside come with the image.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const file = '/usr/share/licenses/licenses.json.bz2';

export default defineSuite({
  id: 'identity/licences',
  summary: 'The image has a list of licences that can be read.',
  claims: ['C10'],
  tags: ['identity'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await step('it is JSON, and tells of more than a few packages', async () => {
      // Releases have a list, or an object by package; both have a length.
      const result = await main.sh(`bzcat ${file} | jq length`);
      const count = Number(check.succeeds(result, `reading ${file} as JSON`));
      check.ok(count > 20, 'there are more than 20 packages', count);
    });
  },
});
