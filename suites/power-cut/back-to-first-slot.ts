/**
 * A power cut half-way through the update after the first one, which goes into the first slot again.
 */

import { reachProgress } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/back-to-first-slot',
  summary: 'The power fails half-way through the second update, from B to A: slot B boots.',
  claims: ['A16', 'A22'],
  from: 'next',
  slowly: true,
  reach: async (machine) => await reachProgress(machine, 0.5),
  untouched: true,
  boots: 'old',
});
