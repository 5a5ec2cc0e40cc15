/**
 * The server fails as it is asked.
 */

import { backsOff, failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/check-500',
  cause: 'The server fails as it is asked',
  claims: ['A20'],
  before: (context) => backsOff(context, { kind: 'check-status', status: 500 }),
  fault: { kind: 'check-status', status: 500, times: 1 },
  errorCode: 2500,
  runMs: 600_000,
});
