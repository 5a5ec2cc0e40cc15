/**
 * The catalogue against lines as systems print them: each entry finds its own examples in each of
 * its sources, and none finds anything in what healthy machines say.
 */

import t from 'tap';
import { type LogEvent, matchLine, matchQmpEvent } from '../../../harness/execute/match-pattern.js';
import { patternCatalogue, patternNames } from '../../../harness/execute/pattern-catalogue.js';
import type { LogPattern, LogSource } from '../../../harness/model/log-pattern.js';
import type { Phase } from '../../../harness/model/outcome.js';
import { upToDate } from '../../support/generated-docs.js';
import { consoleLine, innocentLines, journalLine } from '../../support/innocent-lines.js';

function eventOf(entry: LogPattern, source: LogSource, text: string): LogEvent {
  return source === 'console'
    ? consoleLine(text)
    : journalLine(entry.speakers?.[0] ?? 'anybody', text);
}

function phaseOfExample({ phase }: LogPattern): Phase {
  return phase === 'firmware' || phase === 'bootloader' ? phase : 'units';
}

for (const entry of patternCatalogue) {
  t.test(`${entry.name} finds its examples`, async (t) => {
    t.ok(entry.examples.length > 0, 'it has examples');
    for (const source of entry.sources) {
      for (const text of entry.examples) {
        const found = matchLine(eventOf(entry, source, text), phaseOfExample(entry));
        t.equal(found?.name, entry.name, `${source}: ${text}`);
      }
    }
  });
}

t.test('what only looks like trouble is none', async (t) => {
  const lines = innocentLines();
  t.ok(lines.length > 90, `${lines.length} lines`);
  const phases: readonly Phase[] = ['firmware', 'units'];
  for (const line of lines) {
    const text = line.kind === 'console' ? line.text : line.message;
    for (const phase of phases) t.equal(matchLine(line, phase)?.name, undefined, text);
  }
});

t.test('in the journal only who has it to say is believed', async (t) => {
  const panic = 'Kernel panic - not syncing: x';
  t.ok(matchLine(journalLine('kernel', panic), 'units'));
  t.notOk(matchLine(journalLine('kernel', panic, { transport: 'syslog' }), 'units'));
  const failed = 'Failed to start a.service - A.';
  t.ok(matchLine(journalLine('systemd', failed), 'units'));
  t.notOk(matchLine(journalLine('systemd', failed, { pid: 812 }), 'units'), "a user's manager");
  t.notOk(matchLine(journalLine('systemd-run', failed), 'units'));
  const old = journalLine('', failed, { identifier: undefined });
  t.notOk(matchLine(old, 'units'), 'nobody');
});

t.test('an event of QEMU can stand for a pattern', async (t) => {
  t.equal(matchQmpEvent('GUEST_PANICKED')?.name, 'kernel-panic');
  t.equal(matchQmpEvent('RESET'), undefined);
});

t.test('the catalogue is sound', async (t) => {
  t.equal(new Set(patternNames).size, patternNames.length, 'names are unique');
  for (const { name, pattern, reason, wording, code, sources } of patternCatalogue) {
    t.match(name, /^[a-z]+(?:-[a-z]+)*$/);
    t.match(code, /^[A-Z]+(?:_[A-Z]+)*$/, name);
    t.notMatch(`${pattern.flags}${reason?.flags ?? ''}`, /[gy]/, `${name} keeps no state`);
    t.match(wording, /\S/, `${name} says who prints it`);
    t.ok(sources.length > 0, `${name} is looked for somewhere`);
  }
});

t.test('a reason is found in an example, and is not empty', async (t) => {
  for (const { name, reason, examples } of patternCatalogue) {
    if (reason === undefined) continue;
    t.ok(
      examples.some((text) => (reason.exec(text)?.[1] ?? '') !== ''),
      name,
    );
  }
});

t.test('a hostile line costs little', async (t) => {
  const unit = patternCatalogue.map(({ examples }) => examples[0]).join(' XFS (a): BTRFS erofs ');
  const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
  const startedMs = performance.now();
  for (let n = 0; n < 20; n++) matchLine(consoleLine(` ${'BTRFS '.repeat(400)}${text}`), 'units');
  t.ok(performance.now() - startedMs < 2_000, 'well below 100 ms each');
});

const intro = `# The catalogue of patterns

What is looked for on the consoles and in the streamed journals of all machines, made from
\`harness/execute/patterns/\`; \`SWITCHYARD_UPDATE_DOCS=1\` writes this page anew. A suite that provokes
one names it in \`expects\`, with the reason.

- **fatal** ends the attempt at once: from there on nothing that the machine does proves anything.
- **finding** lets the suite go on and fails the attempt at its end.
- **note** is only recorded: an overloaded host causes it too, or it may be what was asked for.

In a journal only the named speakers are believed; on a console nobody says who speaks.

| pattern | phase | severity | code | seen in | speakers | words by |
| --- | --- | --- | --- | --- | --- | --- |
`;

function rowOf(entry: LogPattern): string {
  const { name, phase, severity, code, sources, qmpEvents = [], speakers = [], wording } = entry;
  const seenIn = [...sources, ...qmpEvents].join(', ');
  const cells = [`\`${name}\``, phase, severity, code, seenIn, speakers.join(', '), wording];
  return `| ${cells.join(' | ')} |\n`;
}

t.test('docs/patterns.md is up to date', async (t) => {
  await upToDate(t, 'patterns.md', intro + patternCatalogue.map(rowOf).join(''));
});
