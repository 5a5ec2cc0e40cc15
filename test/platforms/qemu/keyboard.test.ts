/**
 * Text as keys.
 */

import t from 'tap';
import { chordsOf, sendKey } from '../../../platforms/qemu/keyboard.js';

t.test('every sign of ASCII that can be typed is on a key of its own', async (t) => {
  const signs = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)).join('');
  const chords = chordsOf(`${signs}\n`).map((chord) => chord.join('+'));
  t.equal(new Set(chords).size, 96);
  t.same(chordsOf('Ab "<1'), [
    ['shift', 'a'],
    ['b'],
    ['spc'],
    ['shift', 'apostrophe'],
    ['shift', 'comma'],
    ['1'],
  ]);
});

t.test('what is on no key is refused, with its name', async (t) => {
  for (const sign of ['\t', 'é', '€', '\u0000']) {
    t.throws(() => chordsOf(`a${sign}`), RangeError, JSON.stringify(sign));
  }
});

t.test('Ctrl-C is a sign as well', async (t) => {
  t.same(chordsOf('\u0003a'), [['ctrl', 'c'], ['a']]);
});

t.test('keys of a chord go down together', async (t) => {
  t.match(sendKey(['shift', 'a']), {
    keys: [
      { type: 'qcode', data: 'shift' },
      { type: 'qcode', data: 'a' },
    ],
  });
});
