/**
 * The payload ends early as if that were all.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/truncated',
  cause: 'The payload ends early as if that were all',
  claims: ['A19'],
  fault: { kind: 'truncated', at: 0.3 },
  errorCode: 11,
});
