/**
 * A run that is no pass although no case says so: every format that shows cases says it itself.
 */

import { type CTRFReport, validateStrict } from 'ctrf';
import t from 'tap';
import { foldRun } from '../../../results/fold.js';
import { makePageData } from '../../../results/html/make-page-data.js';
import { annotationsReport } from '../../../results/reporters/annotations.js';
import { ctrfReport } from '../../../results/reporters/ctrf.js';
import { markdownReport } from '../../../results/reporters/markdown.js';
import { leaked, type RunStory, runEvents } from '../support/events.js';
import { everyStatus } from '../support/stories.js';

const cases = { 'a/b': [{ outcome: 'passed' as const }] };
const untold: readonly (readonly [RunStory, string])[] = [
  [{ cases: {} }, 'nothing passed'],
  [{ cases, interrupted: undefined }, 'the run did not end'],
  [{ cases, interrupted: true }, 'interrupted'],
  [{ cases: { 'a/b': [{ outcome: 'passed', leftovers: [leaked, leaked] }] } }, '2 left behind'],
];

const run = '20261122-101500-1a2b';
const recordOf = (story: RunStory) => foldRun(runEvents(story), []);

t.test('the page has the reason', async (t) => {
  const whyNotOf = (story: RunStory) => {
    const sources = { events: [], contract: [], attempts: new Map(), newLines: new Map() };
    return makePageData({ record: recordOf(story), ...sources, missing: [] }).whyNot;
  };
  for (const [story, why] of untold) t.equal(whyNotOf(story), why);
  t.equal(whyNotOf({ cases }), undefined);
});

t.test('CTRF has one more test', async (t) => {
  for (const [story, why] of untold) {
    const report = JSON.parse(ctrfReport(recordOf(story))) as CTRFReport;
    t.doesNotThrow(() => validateStrict(report));
    t.match(report.results.summary, { tests: Object.keys(story.cases).length + 1, other: 1 });
    const wanted = { name: `run ${run}`, status: 'other', rawStatus: 'inconclusive' };
    t.match(report.results.tests[0], { ...wanted, message: `is inconclusive: ${why}` });
  }
  t.notMatch(ctrfReport(recordOf(everyStatus)), `"run ${run}"`, 'the cases tell');
  t.notMatch(ctrfReport(recordOf({ cases })), `"run ${run}"`);
});

t.test('annotations have a warning', async (t) => {
  for (const [story, why] of untold) {
    const lines = annotationsReport(recordOf(story));
    t.match(lines, `::warning title=run ${run} inconclusive::run ${run} is inconclusive: ${why}`);
  }
  t.notMatch(annotationsReport(recordOf(everyStatus)), 'title=run');
});

t.test('Markdown has the reason in its heading', async (t) => {
  for (const [story, why] of untold) {
    t.match(markdownReport(recordOf(story)), `### ❔ Switchyard: inconclusive (${why})`);
  }
  t.match(markdownReport(recordOf(everyStatus)), '### ❌ Switchyard: failed (1 failed, 1 flaky)\n');
  t.match(markdownReport(recordOf({ cases })), '### ✅ Switchyard: passed\n');
});
