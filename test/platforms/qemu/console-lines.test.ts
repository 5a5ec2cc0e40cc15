/**
 * What is kept of very many lines, and under which numbers.
 */

import t from 'tap';
import { ConsoleLines } from '../../../platforms/qemu/console-lines.js';

t.test('few lines are all kept', async (t) => {
  const lines = new ConsoleLines(['a', 'b'], 3);
  for (const line of ['c', 'd', 'e']) lines.push(line);
  t.same(lines.all(), ['a', 'b', 'c', 'd', 'e']);
});

t.test('of many lines the latest are kept, with their numbers', async (t) => {
  const lines = new ConsoleLines(['0'], 10);
  for (let n = 1; n < 1_000; n++) lines.push(`${n}`);
  const all = lines.all();
  t.equal(all.length, 1_000);
  const kept = all.filter((line) => line !== '');
  t.ok(kept.length >= 10 && kept.length <= 20, `${kept.length} are kept`);
  t.ok(kept.every((line) => all[Number(line)] === line));
  t.equal(all.at(-1), '999');
});
