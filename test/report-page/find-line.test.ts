/**
 * The line of a console that is meant, among others with the same text.
 */

import t from 'tap';
import { endOfLine } from '../../report-page/find-line.js';

const log = 'boot\r\n\u001b[31mit failed\u001b[0m\r\nagain\nit failed: twice\nit failed';
const bytes = Buffer.from(log);

function end(text: string, line?: number): string {
  const found = endOfLine(bytes, { text, ...(line !== undefined && { line }) });
  return found < 0 ? 'none' : log.slice(0, found).split('\n').slice(-1).join('');
}

t.test('the line of that number', async (t) => {
  t.equal(end('it failed', 2), '\u001b[31mit failed\u001b[0m', 'without its carriage return');
  t.equal(end('it failed', 4), 'it failed: twice');
  t.equal(endOfLine(bytes, { text: 'it failed', line: 5 }), log.length, 'the last has no feed');
});

t.test('the first, where the number is not known or is not right', async (t) => {
  const first = '\u001b[31mit failed\u001b[0m';
  t.equal(end('it failed'), first);
  t.equal(end('it failed', 3), first, 'another text stands there');
  t.equal(end('it failed', 900), first, 'the log was cut');
});

t.test('none', async (t) => {
  t.equal(end('it passed', 2), 'none');
  t.equal(end(' \u001b[0m '), 'none', 'an empty text is in every line');
});
