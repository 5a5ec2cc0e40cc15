/**
 * Values of options: a number is digits, since what only looks like one may mean the removal of runs.
 */

import t from 'tap';
import { count, positive } from '../../../harness/cli/program/options.js';

t.test('whole numbers', async (t) => {
  t.same(['0', '7', '007', '4294967295'].map(count), [0, 7, 7, 4294967295]);
  t.same(['1', '60'].map(positive), [1, 60]);
  const bad = ['', ' ', '0x10', '1e2', '-1', '+1', '1.5', '1,5', ' 7', 'NaN', '9'.repeat(20)];
  for (const text of bad) {
    t.throws(() => count(text), /give a whole number\./, `"${text}"`);
    t.throws(() => positive(text), /give a whole number from 1 on/, `"${text}"`);
  }
  t.throws(() => positive('0'), /from 1 on/);
});
