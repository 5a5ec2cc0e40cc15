/**
 * What a person sees: in plain text, live on a terminal, and when only the end is wanted.
 */

import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import t from 'tap';
import type { LoggedEvent } from '../../../harness/model/events.js';
import { foldRun } from '../../../results/fold.js';
import {
  type ConsoleMode,
  consoleModeOf,
  consoleReporter,
} from '../../../results/reporters/console.js';
import type { ConsoleStream } from '../../../results/reporters/console-screen.js';
import { wantsColour } from '../../../results/reporters/console-style.js';
import { failure, type RunStory, runEvents, startMs } from '../support/events.js';
import { everyStatus, repeatedEvents } from '../support/stories.js';

class Terminal extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows = 24;

  constructor(isTTY: boolean, columns = 80) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

interface Show {
  readonly mode: ConsoleMode;
  readonly stream?: Terminal;
  readonly environment?: NodeJS.ProcessEnv;
  readonly events?: readonly LoggedEvent[];
  readonly finish?: boolean;
}

/** Plays the events to a reporter and returns what was written. */
function show({ mode, stream = new Terminal(false), environment = {}, ...rest }: Show): string {
  const events = rest.events ?? runEvents(everyStatus);
  let nowMs = startMs;
  const clock = { now: () => new Date(nowMs), elapsedMs: () => nowMs };
  const options = { stream: stream as ConsoleStream, mode, clock, environment };
  using reporter = consoleReporter({ ...options, runDirectory: '_runs/r1' });
  for (const event of events) {
    nowMs = Date.parse(event.at);
    reporter.onEvent(event);
  }
  if (rest.finish !== false) reporter.finish(foldRun(events, []));
  return stream.text;
}

t.test('cases that a cancelled run never came to have no line of their own', (t) => {
  const never = failure({ code: 'CANCELLED', kind: 'cancelled', message: 'interrupted' });
  const attempts = [{ outcome: 'cancelled', failure: never, durationMs: 0 }] as const;
  const running = runEvents({ cases: { 'a/one': attempts }, interrupted: true });
  const waiting = running.filter(({ kind }) => !kind.startsWith('machine-'));
  t.match(show({ mode: 'plain', events: running, finish: false }), '1/1 ? a/one  cancelled');
  t.notMatch(show({ mode: 'plain', events: waiting, finish: false }), 'a/one');
  t.match(show({ mode: 'plain', events: waiting }), /a\/one {2}cancelled .*interrupted/);
  t.end();
});

t.test('plain: a line per finished case, a block per failure', async (t) => {
  const lines = show({ mode: 'plain' }).split('\n');
  t.match(lines[0], /^run 20261122-101500-1a2b {2}8 cases, 2 excluded, seed 7$/);
  t.match(lines[2], /tcg \(\/dev\/kvm opened, but the probe did not finish\)/);
  const at = lines.findIndex((line) => line.includes('✗ provision/user-key'));
  t.same(lines.slice(at, at + 5), [
    '3/8 ✗ provision/user-key  failed in ignition (IGNITION_FAILED) after 12 s',
    `    ${failure().message}`,
    `    evidence  ${failure().evidence}`,
    '    console   _runs/r1/cases/provision/user-key/attempt-1/main-0/console.log',
    "    again     ./yard run provision/user-key --seed 7 --image 'my images/os'",
  ]);
  for (const line of [
    '1/8 ✓ boot/first-boot  12 s',
    '2/8 ✓ boot/again  34 s  attempt 2',
    '4/8 ~ update/rollback  flaky: passed in attempt 2 after it had failed  58 s',
    '    step      updates › waits for the health check',
    '7/8 – tpm/log  skipped: no event log in this kernel',
  ]) {
    t.ok(lines.includes(line), line);
  }
  t.notMatch(lines.join(''), '\u001b');
});

t.test('the summary names the verdict and every status that occurred', async (t) => {
  const text = show({ mode: 'plain' });
  for (const line of [
    'FAILED  1 failed, 1 flaky',
    '  2 passed, 1 failed, 1 errored, 1 flaky, 1 missing, 1 cancelled, 1 skipped, 2 excluded',
    '  ? net/late  missing: planned, but it has no outcome',
    '  – excluded 2: needs docker, which the image lacks (container/docker, container/compose)',
    '  took    53 s, seed 7',
    '  JUnit   _runs/r1/report.xml',
    '  HTML    ./yard report _runs/r1 --format html',
  ]) {
    t.ok(text.split('\n').includes(line), line);
  }
});

t.test('the verdict line says why', async (t) => {
  const passed = { outcome: 'passed' } as const;
  const table: readonly [RunStory, string][] = [
    [{ cases: { 'a/b': [passed] } }, 'PASSED  1 of 1 case'],
    [{ cases: { 'a/b': [passed], 'a/c': [] } }, 'INCONCLUSIVE  1 missing'],
    [{ cases: {} }, 'INCONCLUSIVE  nothing passed'],
    [{ cases: { 'a/b': [passed] }, interrupted: true }, 'INCONCLUSIVE  interrupted'],
    [{ cases: { 'a/b': [{}] }, interrupted: undefined }, /the run did not end, 1 cancelled/.source],
  ];
  for (const [story, line] of table) {
    t.match(show({ mode: 'quiet', events: runEvents(story) }), line);
  }
});

t.test('quiet: nothing until the end, then the failures too', async (t) => {
  t.equal(show({ mode: 'quiet', finish: false }), '');
  const text = show({ mode: 'quiet' });
  t.match(text, /^! boot\/again {2}errored in qemu/);
  t.match(text, /✗ provision\/user-key {2}failed in ignition \(IGNITION_FAILED\) after 12 s\n/);
});

t.test('live: what runs now, how far, how long; nothing wider than the terminal', async (t) => {
  for (const columns of [80, 24]) {
    const stream = new Terminal(true, columns);
    show({ mode: 'live', stream, finish: false });
    const frames = stream.text.split('\u001b[?2026h').slice(1);
    const blocks = frames.map((part) => part.split('\u001b[?2026l')[0]);
    const drawn = blocks.flatMap((part) => stripVTControlCharacters(part ?? '').split('\n'));
    t.same(
      drawn.filter((line) => line.length > columns),
      [],
      `${columns} columns`,
    );
  }
  const stream = new Terminal(true);
  const text = stripVTControlCharacters(show({ mode: 'live', stream }));
  t.match(text, /boot\/first-boot {3}0:03 {2}main-0 kernel · reads os-release/);
  t.match(text, /█+░+ 2\/8 {2}1 passed, 1 errored · \d+ s, about \d+ s left/);
  t.match(text, /attempt 2 · main-0 kernel/);
  t.ok(stream.text.endsWith('_runs/r1 --format html\n'), 'the summary is last, no block after it');
  t.ok(stream.text.includes('\u001b[31m'), 'a terminal has colours');
});

t.test('live: a line of somebody else goes above the block, which is drawn again', async (t) => {
  const stream = new Terminal(true);
  const clock = { now: () => new Date(startMs), elapsedMs: () => startMs };
  const options = {
    stream: stream as ConsoleStream,
    mode: 'live',
    clock,
    environment: {},
  } as const;
  using reporter = consoleReporter({ ...options, runDirectory: '_runs/r1' });
  const events = runEvents(everyStatus);
  const first = events.findIndex(({ kind }) => kind === 'attempt-started');
  for (const event of events.slice(0, first + 1)) reporter.onEvent(event);
  const before = stream.text.length;
  reporter.note('warning: the disk fills up');
  const drawn = stream.text.slice(before);
  const at = drawn.indexOf('warning: the disk fills up\n');
  t.ok(at > 0 && drawn.slice(0, at).includes('\u001b[2K'), 'the old block is erased first');
  t.match(stripVTControlCharacters(drawn.slice(at)), /fills up\n.*░ 0\/8/s, 'and drawn below it');
});

t.test('NO_COLOR', async (t) => {
  const environment = { NO_COLOR: '1', FORCE_COLOR: '1' };
  const text = show({ mode: 'live', stream: new Terminal(true), environment });
  t.notMatch(text, '\u001b[31m');
  t.equal(wantsColour(true, { NO_COLOR: '' }), true, 'an empty NO_COLOR says nothing');
  t.equal(wantsColour(false, { FORCE_COLOR: '1' }), true);
  t.equal(wantsColour(true, { FORCE_COLOR: '0' }), false);
  t.equal(wantsColour(true, { TERM: 'dumb' }), false);
});

t.test('a guest can’t clear the screen or forge a verdict', async (t) => {
  const evil = '\u001b[2J\u001b[Hgone\r\nPASSED  1 of 1 case';
  const cases = {
    'a/b': [{ outcome: 'failed', failure: failure({ message: evil, evidence: evil }) }] as const,
    'a/c': [{ outcome: 'skipped', skipped: evil }] as const,
  };
  const text = show({ mode: 'plain', events: runEvents({ cases }) });
  t.notMatch(text, '\u001b');
  t.notOk(/^PASSED/m.test(text), 'text of a guest is always indented');
});

t.test('which mode', async (t) => {
  const mode = (isTTY: boolean, environment: NodeJS.ProcessEnv, wish: object = {}) =>
    consoleModeOf({ stream: new Terminal(isTTY), environment, ...wish });
  t.equal(mode(true, {}), 'live');
  t.equal(mode(false, {}), 'plain');
  t.equal(mode(true, { CI: 'true' }), 'plain');
  t.equal(mode(true, { TERM: 'dumb' }), 'plain');
  t.equal(mode(true, {}, { plain: true }), 'plain');
  t.equal(mode(true, {}, { quiet: true, plain: true }), 'quiet');
});

t.test('repetitions are told apart', async (t) => {
  for (const mode of ['plain', 'quiet'] as const) {
    const text = show({ mode, events: repeatedEvents() });
    t.match(text, /✗ boot\/reboot#2 {2}failed in ignition/, mode);
    t.match(
      text,
      /_runs\/r1\/cases\/boot\/reboot\/repeat-2\/attempt-1\/main-0\/console\.log/,
      mode,
    );
  }
  const text = show({ mode: 'plain', events: repeatedEvents() });
  t.match(text, /✓ boot\/reboot {2}/);
  t.match(text, /excluded 1: in shard 2\/2 \(boot\/reboot#3\)/);
});
