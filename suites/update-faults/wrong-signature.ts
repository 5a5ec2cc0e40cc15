/**
 * The signature is none, and all that is announced agrees with it.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/wrong-signature',
  cause: 'The signature is none, and all that is announced agrees with it',
  claims: ['A17'],
  fault: { kind: 'wrong-signature' },
  errorCode: 18,
});
