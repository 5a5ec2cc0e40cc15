/**
 * Whatever is thrown becomes a failure that keeps blame, place and evidence.
 */

import t from 'tap';
import { AssertionFailed, ProductError, toFailure } from '../../../harness/base/errors.js';
import { outcomeOfKind } from '../../../harness/model/outcome.js';

t.test('a known error keeps what it says', async (t) => {
  const details = { phase: 'kernel', machine: 'main-0', evidence: 'Kernel panic' } as const;
  const failure = toFailure(new ProductError('KERNEL_PANIC', 'it panicked', details), 'suite');
  t.match(failure, { code: 'KERNEL_PANIC', kind: 'product', phase: 'kernel', machine: 'main-0' });
  t.equal(failure.evidence, 'Kernel panic');
});

t.test('what nobody foresaw is our own fault', async (t) => {
  t.match(toFailure(new TypeError('x is undefined'), 'suite'), {
    code: 'INTERNAL',
    kind: 'internal',
  });
  t.match(toFailure('a string', 'suite'), { kind: 'internal', message: 'a string' });
});

t.test('an assertion names subject, expectation and finding', async (t) => {
  const error = new AssertionFailed('mode of /etc/x', '0644', '0600');
  t.equal(error.message, 'mode of /etc/x: expected 0644, got 0600');
  t.equal(outcomeOfKind(error.kind), 'failed');
});

t.test('only product errors blame the image', async (t) => {
  t.equal(outcomeOfKind('product'), 'failed');
  t.equal(outcomeOfKind('cancelled'), 'cancelled');
  for (const kind of ['infrastructure', 'internal', 'usage'] as const) {
    t.equal(outcomeOfKind(kind), 'errored', kind);
  }
});
