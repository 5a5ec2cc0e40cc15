/**
 * JUnit XML: well formed whatever a guest printed, and nothing that is not green looks green.
 */

import t from 'tap';
import { foldRun } from '../../../results/fold.js';
import { junitReport } from '../../../results/reporters/junit.js';
import { failure, runEvents } from '../support/events.js';
import { everyStatus, repeatedEvents } from '../support/stories.js';
import { findAll, parseXml, type XmlElement } from '../support/xml.js';

const report = junitReport(foldRun(runEvents(everyStatus), []));

function caseOf(root: XmlElement, suite: string): XmlElement {
  const name = (one: XmlElement) => one.attributes['name'] ?? '';
  const found = findAll(root, 'testcase').find((one) => name(one).startsWith(`${suite}@`));
  if (!found) throw new Error(`no testcase of ${suite}`);
  return found;
}

t.test('each status has its element', async (t) => {
  const root = parseXml(report);
  const table: readonly [string, readonly string[], string | undefined][] = [
    ['boot/first-boot', ['system-out'], undefined],
    ['boot/again', ['system-out'], undefined],
    ['provision/user-key', ['failure', 'system-out'], 'IGNITION_FAILED'],
    ['update/rollback', ['failure', 'flakyFailure', 'system-out'], 'FLAKY'],
    ['net/dns', ['error', 'rerunError', 'system-out'], 'QEMU_EXITED'],
    ['net/late', ['error'], 'MISSING'],
    ['net/stopped', ['error', 'system-out'], 'RUN_DEADLINE'],
    ['tpm/log', ['skipped'], undefined],
    ['container/docker', ['skipped'], undefined],
  ];
  for (const [suite, elements, type] of table) {
    const { children } = caseOf(root, suite);
    t.same(
      children.map(({ name }) => name),
      elements,
      suite,
    );
    t.equal(children[0]?.attributes['type'], type, suite);
  }
  t.match(root.attributes, { tests: '10', failures: '2', errors: '3', skipped: '3' });
});

t.test('names are unique and a failure says where to look', async (t) => {
  const root = parseXml(report);
  const names = findAll(root, 'testcase').map(({ attributes }) => attributes['name']);
  t.equal(new Set(names).size, 10);
  t.ok(names.includes('provision/user-key@reference-amd64@qemu-bios'));
  const text = caseOf(root, 'provision/user-key').children[0]?.text ?? '';
  t.match(text, /phase: ignition/);
  t.match(text, /look at: cases\/provision\/user-key\/attempt-1\/main-0\/console\.log/);
  t.match(text, /reproduce: \.\/yard run provision\/user-key --seed 7/);
  const excluded = caseOf(root, 'container/docker').children[0]?.attributes['message'];
  t.match(excluded, /^excluded: needs docker/);
});

t.test('each suite names what was run', async (t) => {
  for (const suite of findAll(parseXml(report), 'testsuite')) {
    const [properties] = suite.children;
    const pairs = (properties?.children ?? []).map(({ attributes: a }) => [a['name'], a['value']]);
    t.match(Object.fromEntries(pairs), {
      run: '20261122-101500-1a2b',
      'image.version': '1.0.0',
      'image.sha256': 'ab'.repeat(32),
      seed: '7',
      qemu: '10.0.0',
      accelerator: 'tcg',
    });
  }
});

/** What a hostile or broken guest may print. */
const hostile = 'a\u0000b\u001b[2Jc <&"\'> ]]> d ]]> \ud800 \uffff \u0085\r\nend';

const nasty = junitReport(
  foldRun(
    runEvents({
      cases: {
        'a/b': [
          {
            outcome: 'failed',
            failure: failure({ message: hostile, evidence: hostile, stack: hostile }),
            steps: [[hostile, false]],
          },
        ],
        'a/c': [{ outcome: 'skipped', skipped: hostile }],
        'a/d': [{ outcome: 'errored', failure: failure({ message: hostile }) }],
        'a/e': [
          { outcome: 'passed', steps: Array.from({ length: 4000 }, () => ['ü'.repeat(30), true]) },
        ],
      },
      excluded: { 'a/f': hostile },
    }),
    [],
  ),
);

t.test('what a guest prints can’t break the document', async (t) => {
  const root = parseXml(nasty);
  const failed = caseOf(root, 'a/b').children[0];
  t.equal(failed?.attributes['message'], 'abc <&"\'> ]]> d ]]> \ufffd \ufffd \nend');
  t.match(failed?.text, /evidence: abc <&"'> \]\] > d \]\] > /);
});

t.test('output is cut at 64 KiB, on a whole character, and says so', async (t) => {
  const text = caseOf(parseXml(nasty), 'a/e').children[0]?.text ?? '';
  t.ok(Buffer.byteLength(text) <= 64 * 1024, `${Buffer.byteLength(text)} bytes`);
  t.ok(Buffer.byteLength(text) > 63 * 1024);
  t.match(text, /ü\n… cut, \d+ bytes in all$/);
});

t.test('a rerun says what happened, as Jenkins reads it', async (t) => {
  const [, flaky] = caseOf(parseXml(report), 'update/rollback').children;
  t.match(flaky?.attributes, { type: 'UNIT_FAILED', message: /expected active/ });
  t.match(flaky?.children[0], { name: 'stackTrace', text: /health\.service/ });
});

t.test('a failure is told once, whatever came after it', async (t) => {
  const why = (message: string) => failure({ message });
  const cases = {
    'a/skipped': [
      { outcome: 'failed', failure: why('the first') },
      { outcome: 'skipped', skipped: 'not today' },
    ],
    'a/errored': [
      { outcome: 'failed', failure: why('the first') },
      { outcome: 'errored', failure: why('the second') },
    ],
  } as const;
  const root = parseXml(junitReport(foldRun(runEvents({ cases }), [])));
  const toldOf = (suite: string) =>
    caseOf(root, suite).children.map(({ name, attributes }) => [name, attributes['message']]);
  const [failed, output] = [
    ['failure', 'the first'],
    ['system-out', undefined],
  ] as const;
  t.same(toldOf('a/skipped'), [failed, output]);
  t.same(toldOf('a/errored'), [failed, ['rerunError', 'the second'], output]);
});

t.test('names tell architectures apart', async (t) => {
  const other = foldRun(runEvents(everyStatus), []);
  const onArm = junitReport({ ...other, image: { ...other.image, arch: 'arm64' } });
  t.match(caseOf(parseXml(onArm), 'net/dns').attributes['name'], /@qemu-bios arm64$/);
});

t.test('the whole stays under the 30 MB that GitLab reads', async (t) => {
  const text = '<&>'.repeat(30_000);
  const bad = { outcome: 'failed' as const, failure: failure({ message: text, stack: text }) };
  const names = Array.from({ length: 200 }, (_, index) => `a/c${index}`);
  const cases = Object.fromEntries(names.map((name) => [name, [bad, bad]]));
  const bytes = Buffer.byteLength(junitReport(foldRun(runEvents({ cases }), [])));
  t.ok(bytes < 30_000_000, `${bytes} bytes`);
});

t.test('the parser of these tests refuses what is not well formed', async (t) => {
  for (const bad of [
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a x="<"/>',
    '<a>&no;</a>',
    '<a>\u0001</a>',
    '<a>]]></a>',
  ]) {
    t.throws(() => parseXml(bad), Error, bad);
  }
});

t.test('repetitions have names and files of their own', async (t) => {
  const root = parseXml(junitReport(foldRun(repeatedEvents(), [])));
  const cases = findAll(root, 'testcase');
  t.same(
    cases.map(({ attributes }) => attributes['name']),
    [
      'boot/reboot@reference-amd64@qemu-bios',
      'boot/reboot@reference-amd64@qemu-bios#2',
      'boot/reboot@reference-amd64@qemu#3',
    ],
  );
  t.match(cases[1]?.children[0]?.text, /look at: cases\/boot\/reboot\/repeat-2\/attempt-1\//);
});

t.test('a run that is no pass although no case says so is an error', async (t) => {
  const cases = { 'a/b': [{ outcome: 'passed' as const }] };
  const table = [
    [{ cases: {} }, /inconclusive: nothing passed/],
    [{ cases, interrupted: undefined }, /the run did not end/],
  ] as const;
  for (const [story, message] of table) {
    const root = parseXml(junitReport(foldRun(runEvents(story), [])));
    t.match(root.attributes, { errors: '1' });
    t.match(findAll(root, 'error')[0]?.attributes, { message, type: 'INCONCLUSIVE' });
  }
});
