/**
 * A power cut when the machine has asked for an update.
 */

import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/checking',
  summary: 'The power fails when the machine has asked for an update: a good slot boots.',
  reach: async (machine) => {
    await machine.updateServer().waitFor('the check', ({ kind }) => kind === 'check');
  },
  untouched: true,
  boots: 'old',
});
