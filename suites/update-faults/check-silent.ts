/**
 * The server hears the question and says nothing.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/check-silent',
  cause: 'The server never answers a check',
  claims: ['A54'],
  fault: { kind: 'check-stall', times: 1 },
  errorCode: 2999,
  runMs: 720_000,
});
