/**
 * The payload is not where the server says.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/payload-404',
  cause: 'The payload is not where the server says',
  claims: ['A40'],
  fault: { kind: 'payload-status', status: 404 },
  errorCode: 9,
});
