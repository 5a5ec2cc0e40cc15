/**
 * The server has too much to do.
 */

import { backsOff, failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/check-503',
  cause: 'The server has too much to do',
  claims: ['A20'],
  before: (context) => backsOff(context, { kind: 'check-status', status: 503 }),
  fault: { kind: 'check-status', status: 503, times: 1 },
  errorCode: 2503,
  runMs: 600_000,
});
