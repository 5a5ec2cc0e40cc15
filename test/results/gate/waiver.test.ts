/**
 * Which version is later, also where it is no plain one.
 */

import t from 'tap';
import { compare } from '../../../results/gate/waiver.js';

const table: readonly [a: string, b: string, order: number][] = [
  ['4230.1.0', '4230.1.0', 0],
  ['4230.1.2', '4230.1.10', -1],
  ['4230.2.0', '4230.1.9', 1],
  ['4152.9.9', '4230.0.0', -1],
  ['4230.1.0+x', '4230.1.0', 0],
  ['4230.1.0+x', '4230.1.2', -1],
  ['4230.1.3+x', '4230.1.2', 1],
  ['4230.1.0+2.9.9', '4230.1.0+1', 0],
  ['4230.1', '4230.1.0', 0],
  ['developer', '0.0.1', -1],
  ['1e9.0.0', '4230.0.0', -1],
  [`${'9'.repeat(400)}.0.0`, `${'9'.repeat(399)}8.0.0`, 1],
];

t.test('versions are compared by their numbers alone', async (t) => {
  for (const [a, b, order] of table) {
    const name = `${a.slice(0, 20)} and ${b.slice(0, 20)}`;
    t.equal(compare(a, b), order, name);
    t.equal(compare(b, a), order === 0 ? 0 : -order, `${name}, the other way round`);
  }
});
