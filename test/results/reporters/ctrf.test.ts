/**
 * CTRF: valid by its own schema, and nothing that is not green counts as passed.
 */

import { type CTRFReport, validateStrict } from 'ctrf';
import t from 'tap';
import { foldRun } from '../../../results/fold.js';
import { ctrfReport } from '../../../results/reporters/ctrf.js';
import { failure, runEvents } from '../support/events.js';
import { everyStatus, repeatedEvents } from '../support/stories.js';

function reportOf(story: Parameters<typeof runEvents>[0]): CTRFReport {
  return JSON.parse(ctrfReport(foldRun(runEvents(story), []))) as CTRFReport;
}

t.test('every kind of run is valid', async (t) => {
  const hostile = { outcome: 'failed' as const, failure: failure({ message: '\u0000\ud800]]>' }) };
  const stories = [
    everyStatus,
    { ...everyStatus, interrupted: undefined },
    { cases: {} },
    { cases: { 'a/b': [hostile, {}] } },
  ];
  for (const story of stories) t.doesNotThrow(() => validateStrict(reportOf(story)));
  t.throws(() => validateStrict({ ...reportOf(everyStatus), colour: 'blue' }), 'it can refuse');
});

t.test('every test has a name of its own, excluded repetitions too', async (t) => {
  const { results } = JSON.parse(ctrfReport(foldRun(repeatedEvents(), []))) as CTRFReport;
  const names = results.tests.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, names.join('\n'));
  t.ok(names.some((name) => name.startsWith('boot/reboot#3@')));
});

t.test('statuses and counts', async (t) => {
  const { results } = reportOf(everyStatus);
  t.match(results.summary, { tests: 10, passed: 2, failed: 2, other: 3, skipped: 3, flaky: 1 });
  const of = (suite: string) => results.tests.find(({ name }) => name.startsWith(`${suite}@`));
  t.match(of('update/rollback'), { status: 'failed', rawStatus: 'flaky', flaky: true, retries: 1 });
  t.match(of('update/rollback')?.retryAttempts, [{ attempt: 1, status: 'failed' }]);
  t.match(of('net/late'), { status: 'other', rawStatus: 'missing', message: /no outcome/ });
  t.match(of('container/docker'), { status: 'skipped', rawStatus: 'excluded' });
  t.match(of('provision/user-key')?.labels, { phase: 'ignition', signature: /^[0-9a-f]{12}$/ });
});
