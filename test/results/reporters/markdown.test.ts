/**
 * Markdown: what it says, that guest text stays text, and that it fits where it is put.
 */

import fc from 'fast-check';
import t from 'tap';
import { foldRun } from '../../../results/fold.js';
import { reportFormats } from '../../../results/reporters/formats.js';
import { markdownReport, stickyMarker } from '../../../results/reporters/markdown.js';
import { codeBlock, codeSpan } from '../../../results/reporters/markdown-syntax.js';
import { failure, runEvents } from '../support/events.js';
import { everyStatus } from '../support/stories.js';

const record = foldRun(runEvents(everyStatus), ['a note']);

t.test('marker, verdict, a block per reason, what was left out', async (t) => {
  const text = markdownReport(record);
  const [first] = text.split('\n');
  t.match(first, /^<!-- switchyard-report: reference-amd64@\w+@qemu-bios -->$/);
  t.match(text, '### ❌ Switchyard: failed');
  t.match(text, '**8 cases:** 2 passed, 1 failed, 1 errored, 1 flaky');
  t.match(text, '<details><summary>failed: provision/user-key</summary>');
  t.match(text, '` provision/user-key ` failed in ignition (` IGNITION_FAILED `)');
  t.match(text, 'evidence: [    4.317] ignition[312]');
  t.match(text, "reproduce: ` ./yard run provision/user-key --seed 7 --image 'my images/os' `");
  t.match(text, /excluded:\n- 2: ` needs docker/);
  t.match(text, '> note: ` a note `');
});

t.test('parts of a run have comments of their own', async (t) => {
  const markerOf = (index: number) => {
    return markdownReport({ ...record, shard: { index, count: 2 } }).split('\n')[0] ?? '';
  };
  t.match(markerOf(1), /@part-1-of-2 -->/);
  t.not(markerOf(1), markerOf(2));
});

t.test('cases with one reason are one block', async (t) => {
  const failed = [{ outcome: 'failed' as const, failure: failure() }];
  const cases = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`a/c${n}`, failed]));
  const text = markdownReport(foldRun(runEvents({ cases }), []));
  t.match(text, '7 cases failed in ignition (` IGNITION_FAILED `) for one reason');
  t.equal(text.split('<details>').length, 2);
});

t.test('it fits, and says what it left out', async (t) => {
  const names = Array.from({ length: 400 }, (_, index) => `a/c${index}`);
  const cases = Object.fromEntries(
    names.map((name) => [
      name,
      [
        {
          outcome: 'failed' as const,
          failure: failure({ code: `C_${name}`, message: '@x '.repeat(900) }),
        },
      ],
    ]),
  );
  const text = markdownReport(foldRun(runEvents({ cases }), []));
  t.ok(text.length <= 65_536, `${text.length} characters`);
  t.match(text, /_3\d\d more left out: the report would be too long here\._\n$/);
  const many = { ...cases };
  for (let n = 0; n < 400; n += 1) many[`b/c${n}`] = cases[`a/c${n}`] ?? [];
  const summary = reportFormats['step-summary'](foldRun(runEvents({ cases: many }), []));
  const bytes = Buffer.byteLength(summary);
  t.ok(bytes > 65_536 && bytes <= 2 ** 20, `${bytes} bytes`);
  t.match(summary, /_\d+ more left out: the report would be too long here\._\n$/);
});

t.test('guest text can’t leave its code', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('`', '~', '\n', 'a', ' ', '<', '@', '|', '\\') });
  const property = fc.property(text, (one) => {
    const block = codeBlock(one, 1000).split('\n');
    const fence = block.at(-1) ?? '';
    const isClosed = block.slice(1, -1).every((line) => !line.trim().startsWith(fence));
    const span = codeSpan(one);
    const ticks = /^`+/.exec(span)?.[0] ?? '';
    const rows = [...span.matchAll(/`+/g)].filter(([row]) => row === ticks);
    return isClosed && !span.includes('\n') && (span === '' || rows.length === 2);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }));
});

t.test('a marker can’t end its comment', async (t) => {
  t.equal(stickyMarker('a --> <b>'), '<!-- switchyard-report: a_-___b_ -->');
  t.equal(stickyMarker('x---y'), '<!-- switchyard-report: x-y -->');
});
