/**
 * The server announces a digest that the payload does not have.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/wrong-hash',
  cause: 'The server announces a digest that the payload does not have',
  claims: ['A18'],
  fault: { kind: 'wrong-hash' },
  errorCode: 10,
});
