/**
 * The release does not fit into a slot.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/too-large',
  cause: 'The release does not fit into a slot',
  claims: ['A19'],
  offers: 'too-large',
  // Flatcar's engine finds out as it writes beyond the end.
  errorCode: 28,
});
