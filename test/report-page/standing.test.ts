/**
 * When a promise is shown as proven.
 */

import t from 'tap';
import { standingOf } from '../../report-page/standing.js';
import type { ClaimPage } from '../../results/html/page-data.js';

function claim(statuses: readonly string[], rest: Partial<ClaimPage> = {}): ClaimPage {
  const cases = statuses.map((status, index) => ({ index, status }));
  const empty = { excluded: [], notSelected: [] };
  return { id: 'F07', area: 'Talk', promise: 'p', cases, ...empty, ...rest };
}

t.test('all suites that claim it have passed, or it is open', async (t) => {
  const excluded = [{ name: 'power-cut/b', reason: 'needs verity' }];
  t.equal(standingOf(claim(['passed', 'passed'])), 'proven');
  t.equal(standingOf(claim(['passed'], { notSelected: ['power-cut/b'] })), 'open', 'not selected');
  t.equal(standingOf(claim(['passed'], { excluded })), 'open', 'excluded');
  t.equal(standingOf(claim(['passed', 'errored'])), 'open');
  t.equal(standingOf(claim(['passed', 'skipped'])), 'open');
});

t.test('one that failed refutes it, whatever the others are', async (t) => {
  const excluded = [{ name: 'power-cut/b', reason: 'needs verity' }];
  t.equal(standingOf(claim(['passed', 'failed'])), 'refuted');
  t.equal(standingOf(claim(['flaky'], { notSelected: ['power-cut/c'], excluded })), 'refuted');
});

t.test('nothing ran', async (t) => {
  t.equal(standingOf(claim([], { notSelected: ['power-cut/b'] })), 'no suite ran');
  t.equal(standingOf(claim([], { unproven: 'no suite can' })), 'no suite');
});
