/**
 * The answer to a check is no XML.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/malformed-answer',
  cause: 'The answer to a check is no XML',
  claims: ['A40'],
  fault: { kind: 'check-malformed', times: 1 },
  errorCode: 31,
});
