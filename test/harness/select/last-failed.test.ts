/**
 * What `--last-failed` selects, and what it says when there is nothing.
 */

import t from 'tap';
import { selectLastFailed } from '../../../harness/select/last-failed.js';
import { foldRun } from '../../../results/fold.js';
import { runEvents } from '../../results/support/events.js';
import { everyStatus } from '../../results/support/stories.js';
import { fakeSuite } from '../../support/fixtures.js';

const last = foldRun(runEvents(everyStatus), []);
const suites = last.cases.map(({ suite }) => fakeSuite(suite));

t.test('whatever was not settled', async (t) => {
  const chosen = selectLastFailed(suites, last).map(({ id }) => id);
  const byStatus = new Map(last.cases.map(({ suite, status }) => [suite as string, status]));
  const statuses = new Set(chosen.map((id) => byStatus.get(id)));
  t.same(statuses, new Set(['failed', 'flaky', 'errored', 'missing', 'cancelled']));
});

t.test('one line when there is nothing to select', async (t) => {
  const usage = { code: 'NOTHING_SELECTED', kind: 'usage' };
  t.throws(() => selectLastFailed(suites, undefined), {
    ...usage,
    message: '--last-failed: there is no earlier run; run without --last-failed first',
  });
  const passed = suites.filter(({ id }) => id === 'boot/first-boot');
  const message =
    /^--last-failed: every selected case passed in the last run, .*; .*net\/dns.* not/;
  t.throws(() => selectLastFailed(passed, last), { ...usage, message });
});
