/**
 * The server announces more bytes than the payload has.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/wrong-size',
  cause: 'The server announces more bytes than the payload has',
  claims: ['A19'],
  fault: { kind: 'wrong-size' },
  errorCode: 11,
});
