/**
 * One byte of the payload is another than announced.
 */

import { failedUpdateSuite } from '../support/update-faults.js';

export default failedUpdateSuite({
  id: 'update-faults/altered-byte',
  cause: 'One byte of the payload is another than announced',
  claims: ['A18'],
  fault: { kind: 'corrupt', at: 0.5 },
  // What is packed with bzip2, as Flatcar's releases are, can't be unpacked any more.
  errorCode: [10, 28],
});
