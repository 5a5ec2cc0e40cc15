/**
 * What `yard test` says at its end.
 */

import t from 'tap';
import { counts, failedTests, tally } from '../../../harness/cli/tap-tally.js';

const tap = [
  'TAP version 14',
  '# Subtest: dist/test/a.test.js',
  '    # Subtest: it works',
  '        not ok 1 - should be equal',
  '        # 3 of 4 attempts refused',
  '        # another word of it',
  '    not ok 1 - it works # time=30.34ms',
  '    ok 2 - it also works # time=1ms',
  'not ok 1 - dist/test/a.test.js # time=72.258ms',
  '    ok 1 - fine',
  'ok 2 - dist/test/b.test.js # time=7ms',
  'not ok 3 - dist/test/c.test.js # time=7ms',
  '# { total: 4, pass: 2, fail: 2, skip: 1 }',
].join('\n');

t.test('the failed tests are named again, where a log is cut', async (t) => {
  t.same(failedTests(tap), [
    'dist/test/a.test.js: it works: should be equal',
    'dist/test/c.test.js',
  ]);
  t.same(failedTests('ok 1 - dist/test/b.test.js'), []);
});

t.test('what a table counts is told, however deep it is', async (t) => {
  t.same(counts(tap), ['3 of 4 attempts refused']);
  t.same(counts('# { total: 4, pass: 2 }\n# time=72.2ms'), []);
});

t.test('a run without totals failed', async (t) => {
  t.same(tally(tap, false), { passed: 2, failed: 2, skipped: 1 });
  t.same(tally('', false), { passed: 0, failed: 1, skipped: 0 });
});
