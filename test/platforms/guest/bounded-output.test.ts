/**
 * The limit on output, also where it cuts a character, and the tail that survives it.
 */

import { t } from 'tap';
import { BoundedOutput, lastLines } from '../../../platforms/guest/bounded-output.js';

t.test('keeps all up to the limit', async (t) => {
  const output = new BoundedOutput(4);
  output.add(Buffer.from('ab'));
  output.add(Buffer.from('cd'));
  t.equal(output.text(), 'abcd');
  t.notOk(output.truncated);
});

t.test('drops what is over the limit but remembers the end', async (t) => {
  const output = new BoundedOutput(4);
  output.add(Buffer.from('abcdef'));
  output.add(Buffer.from('the end\n'));
  t.equal(output.text(), 'abcd');
  t.ok(output.truncated);
  t.equal(output.tail(), 'abcdefthe end');
});

t.test('a character cut by the limit is left out', async (t) => {
  const output = new BoundedOutput(2);
  output.add(Buffer.from('aé'));
  t.equal(output.text(), 'a');
});

t.test('bytes that are no UTF-8 are replaced', async (t) => {
  const output = new BoundedOutput(9);
  output.add(Buffer.from([0x61, 0xff, 0x62]));
  t.equal(output.text(), 'a\ufffdb');
});

t.test('last lines become one line', async (t) => {
  t.equal(lastLines('1\n2\n3\n', 2), '2 | 3');
});
