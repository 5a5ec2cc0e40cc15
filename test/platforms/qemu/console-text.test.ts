/**
 * Bytes of a serial port to lines, however they are cut into chunks.
 */

import t from 'tap';
import { ConsoleText, plainText } from '../../../platforms/qemu/console-text.js';

const bytes = (text: string) => Buffer.from(text);

t.test('escapes and control characters go, tabs stay', async (t) => {
  t.equal(plainText('\u001b[1;32mOK\u001b[0m\t\u001b]0;title\u0007done\r'), 'OK\tdone');
  t.equal(plainText('\u001b(B\u001b7a\u001b[?7lb\u001b]0;t\u001b\\c'), 'abc');
});

t.test('lines are the same wherever the chunks end', async (t) => {
  const whole = bytes('één\r\n\u001b[31mtwo\u001b[0m\n\nlogin: ');
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const text = new ConsoleText();
    const lines = [...text.push(whole.subarray(0, cut)), ...text.push(whole.subarray(cut))];
    t.strictSame([lines, text.unfinished], [['één', 'two', ''], 'login: '], `cut at ${cut}`);
  }
});

t.test('the unfinished line is finished by the end of the port', async (t) => {
  const text = new ConsoleText();
  text.push(bytes('last words'));
  t.strictSame(text.end(), ['last words']);
  t.strictSame(text.end(), []);
});

t.test('a line that never ends is cut', async (t) => {
  const text = new ConsoleText();
  const lines = text.push(bytes('x'.repeat(20_000)));
  t.equal(lines[0]?.length, 20_000);
  t.equal(text.unfinished, '');
});
