/**
 * What a finding's error quotes.
 */

import t from 'tap';
import { causeOf, findingsError } from '../../../harness/execute/finding-error.js';
import { patternCatalogue } from '../../../harness/execute/pattern-catalogue.js';
import type { Finding, LogPattern } from '../../../harness/model/log-pattern.js';

const noSlot = patternCatalogue.find(({ name }) => name === 'no-usable-slot') as LogPattern;

function findingOf(text: string): Finding {
  const seen = { kind: 'console', line: 546 } as const;
  const { name: pattern, phase, severity } = noSlot;
  return { machine: 'main-0', boot: 1, seen, phase, severity, pattern, text };
}

t.test('a screen that is one line is quoted from where it was recognised', async (t) => {
  const blanks = ' '.repeat(100);
  const screen = `before booting${blanks}${'menu '.repeat(60)}${blanks}Reading or updating the GPT failed!`;
  for (const error of [causeOf(noSlot, findingOf(screen)), findingsError([findingOf(screen)])]) {
    t.match(error?.message, /: ….*menu Reading or updating the GPT failed! at console line 546/);
    t.notMatch(error?.message, / {8}/);
    t.equal(error?.evidence, screen, 'the evidence is as it was');
  }
  const more = `Reading or updating the GPT failed! ${'and more '.repeat(40)}`;
  t.match(causeOf(noSlot, findingOf(more)).message, /slot: Reading or updating .*… at console/);
  t.match(causeOf(noSlot, findingOf('no usable slot')).message, /: no usable slot at console/);
});
