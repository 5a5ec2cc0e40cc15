/**
 * The server hangs up on who asks.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/check-disconnects',
  cause: 'The server closes the connection instead of an answer',
  claims: ['A54'],
  fault: { kind: 'check-disconnect', times: 1 },
  errorCode: 2999,
});
