/**
 * Checks pass on what holds, and name subject, expectation and finding of what does not.
 */

import t from 'tap';
import { AssertionFailed } from '../../../harness/base/errors.js';
import type { ExecResult } from '../../../harness/model/machine.js';
import { check } from '../../../suites/support/check.js';

function result(part: Partial<ExecResult>): ExecResult {
  const ended = { status: 0, signal: undefined, truncated: false, durationMs: 1 };
  return { argv: ['touch', '/usr/x'], stdout: '', stderr: '', ...ended, ...part };
}

t.test('what holds passes', async () => {
  check.equal({ priority: 1 }, { priority: 1 }, 'flags');
  check.differs('b', 'a', 'id');
  check.includes(['ro'], 'ro', 'options');
  check.excludes('abc', 'd', 'text');
  check.ok(true, 'a slot is 1 GiB', 0);
  check.fails(result({ status: 1 }), 'touch');
});

t.test('a match gives its groups, whatever the flags', async (t) => {
  const pattern = /USR-([AB])/g;
  t.equal(check.matches('USR-B', pattern, 'label')[1], 'B');
  t.equal(check.matches('USR-B', pattern, 'label')[1], 'B', 'no memory of the last match');
});

t.test('success gives the trimmed output', async (t) => {
  t.equal(check.succeeds(result({ stdout: 'yes\n' }), 'it'), 'yes');
});

t.test('what does not hold is told in full', async (t) => {
  t.throws(() => check.equal('644', '640', 'mode of /etc/x'), {
    code: 'ASSERTION_FAILED',
    message: 'mode of /etc/x: expected "640", got "644"',
  });
  t.throws(() => check.equal([1], [1, 2], 'numbers'), { message: /expected \[1,2\], got \[1\]/ });
  t.throws(() => check.differs('a', 'a', 'id'), { message: /id: expected anything but "a"/ });
  t.throws(() => check.includes(['rw'], 'ro', 'options'), { message: /options: .*"ro".*\["rw"\]/ });
  t.throws(() => check.excludes(['x'], 'x', 'keys'), AssertionFailed);
  t.throws(() => check.matches('z', /^a/, 'hash'), {
    message: /hash: expected a match of \/\^a\//,
  });
  t.throws(() => check.ok(false, 'a slot is 1 GiB', 7), { message: /a slot is 1 GiB: .*got 7/ });
});

t.test('a command is told with its arguments, status and output', async (t) => {
  t.throws(() => check.fails(result({}), 'touch in /usr'), {
    message: /status 0 from touch \/usr/,
  });
  t.throws(() => check.succeeds(result({ status: 1, stderr: 'no\n' }), 'it'), {
    message: /status 1 from touch \/usr\/x, stdout "", stderr "no"/,
  });
});

t.test('death by a signal is neither success nor a refusal', async (t) => {
  const killed = result({ status: undefined, signal: 'KILL' });
  t.throws(() => check.fails(killed, 'it'), { message: /signal KILL/ });
  t.throws(() => check.succeeds(killed, 'it'), { message: /signal KILL/ });
});

t.test('long values are cut', async (t) => {
  t.throws(() => check.equal('x'.repeat(5000), '', 'log'), { message: /… \(5002 chars\)$/ });
});
