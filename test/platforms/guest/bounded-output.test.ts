/**
 * The limit on output, also where it cuts a character, and the tail that survives it.
 */

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

t.test('what is dropped is not kept in memory', async (t) => {
  const output = new BoundedOutput(100);
  const before = memoryOfBuffers();
  for (let n = 0; n < 2_048; n++) output.add(Buffer.alloc(32 * 1024, 'y'));
  t.equal(output.text().length, 100);
  // What nobody holds is swept a while after it was collected, by another thread.
  let keptMiB = Number.POSITIVE_INFINITY;
  for (let left = 50; keptMiB >= 8 && left > 0; left -= 1) {
    await setImmediate();
    keptMiB = (memoryOfBuffers() - before) / 1024 / 1024;
  }
  t.ok(keptMiB < 8, `${keptMiB} of 64 MiB are kept`);
});

/** In bytes, when everything is gone that nobody holds. */
function memoryOfBuffers(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

t.test('last lines become one line', async (t) => {
  t.equal(lastLines('1\n2\n3\n', 2), '2 | 3');
});
