/**
 * The payload is signed with a key that the machine does not trust.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/foreign-key',
  cause: 'The payload is signed with a key that the machine does not trust',
  claims: ['A17'],
  offers: 'foreign-key',
  errorCode: 18,
});
