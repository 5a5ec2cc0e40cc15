/**
 * The promise that a green is earned, as arithmetic over attempts and cases.
 */

import t from 'tap';
import {
  type CaseStatus,
  type Outcome,
  statusOfAttempts,
  verdictOf,
} from '../../../harness/model/outcome.js';

t.test('status of a case from its attempts', async (t) => {
  const table: readonly [readonly Outcome[], CaseStatus][] = [
    [[], 'missing'],
    [['passed'], 'passed'],
    [['failed'], 'failed'],
    [['failed', 'passed'], 'flaky'],
    [['failed', 'errored', 'passed'], 'flaky'],
    [['errored', 'passed'], 'passed'],
    [['errored', 'errored'], 'errored'],
    [['passed', 'failed'], 'failed'],
    [['skipped'], 'skipped'],
    [['failed', 'cancelled'], 'failed'],
    [['errored', 'cancelled'], 'cancelled'],
    [['failed', 'skipped'], 'failed'],
    [['failed', 'errored'], 'failed'],
    [['failed', 'passed', 'skipped'], 'failed'],
    [['errored', 'skipped'], 'skipped'],
  ];
  for (const [attempts, status] of table) {
    t.equal(statusOfAttempts(attempts), status, `${attempts.join(', ')} is ${status}`);
  }
});

t.test('verdict of a run from its cases', async (t) => {
  t.equal(verdictOf(['passed', 'passed', 'skipped', 'excluded']), 'passed');
  t.equal(verdictOf(['passed', 'flaky']), 'failed', 'a flaky case is not a green one');
  t.equal(verdictOf(['passed', 'errored', 'failed']), 'failed', 'a failure outweighs an error');
  for (const open of ['errored', 'missing', 'cancelled'] as const) {
    t.equal(verdictOf(['passed', open]), 'inconclusive', `${open} leaves it open`);
  }
  t.equal(verdictOf([]), 'inconclusive', 'nothing passed');
  t.equal(verdictOf(['skipped', 'excluded']), 'inconclusive', 'nothing passed');
});
