/**
 * GitHub annotations: a line per reason, escaped, within what GitHub shows.
 */

import t from 'tap';
import { foldRun } from '../../../results/fold.js';
import { annotationsReport } from '../../../results/reporters/annotations.js';
import { type AttemptStory, failure, runEvents } from '../support/events.js';
import { everyStatus } from '../support/stories.js';

function linesOf(cases: Readonly<Record<string, readonly AttemptStory[]>>): string[] {
  return annotationsReport(foldRun(runEvents({ cases }), []))
    .split('\n')
    .slice(0, -1);
}

t.test('the image’s fault is an error, what is not known a warning', async (t) => {
  const lines = linesOf(everyStatus.cases);
  t.same(
    lines.map((line) => /^::(\w+) file=suites\/([\w/-]+)\.ts/.exec(line)?.slice(1).join(' ')),
    [
      'error provision/user-key',
      'error update/rollback',
      'warning net/dns',
      'warning net/late',
      'warning net/stopped',
    ],
  );
  t.match(lines[0], 'title=provision/user-key failed in ignition (IGNITION_FAILED)::main-0');
  t.match(lines[0], '%0Areproduce: ./yard run provision/user-key');
  t.same(linesOf({ 'a/b': [{ outcome: 'passed' }] }), []);
});

t.test('the line is that of the suite in the stack', async (t) => {
  const stack =
    'E: x\n at equal (/r/suites/support/check.ts:1:2)\n at run (/r/suites/a/b.ts:44:32)';
  const [line] = linesOf({ 'a/b': [{ outcome: 'failed', failure: failure({ stack }) }] });
  t.match(line, /^::error file=suites\/a\/b\.ts,line=44,title=/);
});

t.test('a guest can’t give commands', async (t) => {
  const message = '50%\n::error file=x::y\r\n::set-output name=a::b';
  const lines = linesOf({
    'a/b': [{ outcome: 'failed', failure: failure({ message, code: 'A,B:C' }) }],
  });
  t.equal(lines.length, 1);
  t.match(lines[0], '::50%25%0A::error file=x::y%0A::set-output');
  t.match(lines[0], '(A%2CB%3AC)');
});

t.test('more than GitHub shows are named in the last one', async (t) => {
  const one = (n: number) => [{ outcome: 'failed' as const, failure: failure({ code: `C${n}X` }) }];
  const lines = linesOf(
    Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`a/c${n}`, one(n)])),
  );
  t.equal(lines.length, 10);
  t.match(lines[9], '::error title=5 more cases::a/c9%0Aa/c10');
});
