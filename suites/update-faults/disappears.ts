/**
 * A server that is gone in the middle of a payload, for good.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/disappears',
  cause: 'The server disappears in the middle',
  claims: ['A48'],
  fault: { kind: 'disconnect', at: 0.4 },
  errorCode: 9,
  runMs: 600_000,
});
