/**
 * The catalogue against lines as systems print them: each entry finds its own examples in each of
 * its sources, and none finds anything in what healthy machines say.
 */

import t from 'tap';
import {
  type LogEvent,
  matchLine,
  matchQmpEvent,
  phaseOf,
  severityOf,
} from '../../../harness/execute/match-pattern.js';
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

/** Of an entry whose words alone are common, those without the mark of systemd are the journal's. */
function examplesOn(source: LogSource, { examples, onConsole }: LogPattern): readonly string[] {
  const isMarked = (text: string) => source === 'journal' || (onConsole?.test(text) ?? true);
  return examples.filter(isMarked);
}

function phaseOfExample({ phase }: LogPattern): Phase {
  return phase === 'firmware' || phase === 'bootloader' ? phase : 'units';
}

for (const entry of patternCatalogue) {
  t.test(`${entry.name} finds its examples`, async (t) => {
    for (const source of entry.sources) {
      t.ok(examplesOn(source, entry).length > 0, `it has examples for the ${source}`);
      for (const text of examplesOn(source, entry)) {
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

t.test('on a console common words count only with the mark of systemd', async (t) => {
  const nameOf = (text: string) => matchLine(consoleLine(text), 'units')?.name;
  for (const text of [
    'Failed to start the car: battery is flat',
    'Dependency failed for left-pad@1.0.0',
    '[   12.3] app[77]: Failed to start worker 3',
  ]) {
    t.equal(nameOf(text), undefined, text);
  }
  t.equal(nameOf('         [FAILED] Failed to start a.service - A.'), 'unit-failed');
  t.equal(nameOf('[   12.3] systemd[1]: Failed to mount b.mount - B.'), 'unit-failed');
  t.equal(nameOf('[DEPEND] Dependency failed for c.service - C.'), 'dependency-failed');
});

t.test('what a running system may survive is no end of it, in the initrd it is', async (t) => {
  const severity = (text: string, phase: Phase) => {
    const entry = matchLine(consoleLine(text), phase);
    return entry && severityOf(entry, phaseOf(entry, phase), text);
  };
  for (const text of [
    '[ TIME ] Timed out waiting for device dev-vdz.device - /dev/vdz.',
    '[DEPEND] Dependency failed for srv-data.mount - /srv/data.',
    '[DEPEND] Dependency failed for /srv/data.',
    '[DEPEND] Dependency failed for systemd-fsck@dev-vdz.service - File System Check on /dev/vdz.',
    '[DEPEND] Dependency failed for dev-vdz.swap - Swap.',
  ]) {
    t.equal(severity(text, 'initrd'), 'fatal', text);
    t.equal(severity(text, 'units'), 'finding', text);
    t.equal(severity(text, 'ssh'), 'finding', text);
  }
  for (const text of [
    '[DEPEND] Dependency failed for local-fs.target - Local File Systems.',
    '[DEPEND] Dependency failed for Local File Systems.',
    '[DEPEND] Dependency failed for app.service - App.',
    '[FAILED] Failed to mount srv-data.mount - /srv/data.',
  ]) {
    t.equal(severity(text, 'units'), 'fatal', text);
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
  for (const entry of patternCatalogue) {
    const { name, pattern, reason, wording, code, sources } = entry;
    t.match(name, /^[a-z]+(?:-[a-z]+)*$/);
    t.match(code, /^[A-Z]+(?:_[A-Z]+)*$/, name);
    const patterns = [pattern, reason, entry.onConsole, entry.survivable];
    const flags = patterns.map((one) => one?.flags ?? '').join('');
    t.notMatch(flags, /[gy]/, `${name} keeps no state`);
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

In a journal only the named speakers are believed. On a console nobody says who speaks: what is common
there counts only with systemd's mark, \`[FAILED]\` or \`[DEPEND]\`, or its name.

What says *fatal, or a finding* is fatal in the initrd. Later the system may do without what is missing, say
a \`nofail\` mount: then it is a finding, and fatal as soon as a dependency or emergency mode follows from it.

| pattern | phase | severity | code | seen in | speakers | words by |
| --- | --- | --- | --- | --- | --- | --- |
`;

function rowOf(entry: LogPattern): string {
  const { name, phase, code, sources, qmpEvents = [], speakers = [], wording } = entry;
  const severity = entry.survivable ? `${entry.severity}, or a finding` : entry.severity;
  const seenIn = [...sources, ...qmpEvents].join(', ');
  const cells = [`\`${name}\``, phase, severity, code, seenIn, speakers.join(', '), wording];
  return `| ${cells.join(' | ')} |\n`;
}

t.test('docs/patterns.md is up to date', async (t) => {
  await upToDate(t, 'patterns.md', intro + patternCatalogue.map(rowOf).join(''));
});
