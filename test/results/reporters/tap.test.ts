/**
 * TAP 14, read back by the parser of node-tap.
 */

import { execa } from 'execa';
import t from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import type { LoggedEvent } from '../../../harness/model/events.js';
import { foldRun } from '../../../results/fold.js';
import { tapReport } from '../../../results/reporters/tap.js';
import { failure, type RunStory, runEvents } from '../support/events.js';
import { everyStatus, repeatedEvents } from '../support/stories.js';

interface Point {
  readonly ok: boolean;
  readonly name: string;
  readonly skip: string | false;
  readonly todo: string | false;
  readonly tapError: string | null;
  readonly diag: Readonly<Record<string, unknown>> | null;
}

interface Parsed {
  readonly points: readonly Point[];
  /** Those of all subtests together. */
  readonly subpoints: readonly Point[];
  readonly ok: boolean;
}

type Event = readonly [kind: string, value: unknown];

function pointsOf(events: readonly Event[]): Point[] {
  return events.filter(([kind]) => kind === 'assert').map(([, point]) => point as Point);
}

/** Strict: anything that is not TAP fails. */
async function parse(story: RunStory): Promise<Parsed> {
  return await parseEvents(runEvents(story));
}

async function parseEvents(logged: readonly LoggedEvent[]): Promise<Parsed> {
  const input = tapReport(foldRun(logged, []));
  const options = { input, preferLocal: true, localDir: projectRoot(), reject: false } as const;
  const { stdout } = await execa('tap-parser', ['--strict', '--json'], options);
  const events = JSON.parse(stdout) as readonly Event[];
  const children = events.filter(([kind]) => kind === 'child').map(([, child]) => child as Event[]);
  const complete = events.find(([kind]) => kind === 'complete')?.[1] as { ok: boolean };
  return { points: pointsOf(events), subpoints: children.flatMap(pointsOf), ok: complete.ok };
}

t.test('only passed, skipped and excluded are ok', async (t) => {
  const { points, ok } = await parse(everyStatus);
  t.same(
    points.map((point) => [point.name.split('@')[0], point.ok, point.skip]),
    [
      ['boot/first-boot', true, false],
      ['boot/again', true, false],
      ['provision/user-key', false, false],
      ['update/rollback', false, false],
      ['net/dns', false, false],
      ['net/late', false, false],
      ['net/stopped', false, false],
      ['tpm/log', true, 'no event log in this kernel'],
      ['container/docker', true, 'excluded: needs docker, which the image lacks'],
      ['container/compose', true, 'excluded: needs docker, which the image lacks'],
    ],
  );
  t.equal(ok, false);
  t.same(
    points.filter((point) => point.tapError !== null),
    [],
    'strict parsing finds nothing that is not TAP',
  );
});

t.test('diagnostics carry code, phase, machine, evidence, message and artifacts', async (t) => {
  const { points } = await parse(everyStatus);
  t.match(points[2]?.diag, {
    status: 'failed',
    code: 'IGNITION_FAILED',
    phase: 'ignition',
    machine: 'main-0',
    message: failure().message,
    evidence: failure().evidence,
    artifacts: ['cases/provision/user-key/attempt-1/main-0/console.log'],
    reproduce: "./yard run provision/user-key --seed 7 --image 'my images/os'",
  });
  t.match(points[3]?.diag, { flaky: true, attempts: ['failed', 'passed'], code: 'UNIT_FAILED' });
  t.match(points[5]?.diag, { status: 'missing' });
});

t.test('a superseded host error does not make a passed case fail', async (t) => {
  const { subpoints } = await parse(everyStatus);
  const superseded = subpoints.find(({ name }) => name.startsWith('attempt 1: errored'));
  t.match(superseded, { ok: false, todo: 'superseded by a later attempt' });
  const green: RunStory = { cases: { 'boot/again': everyStatus.cases['boot/again'] ?? [] } };
  t.equal((await parse(green)).ok, true);
});

t.test('what a guest prints can’t forge a point or end a block', async (t) => {
  const forged = 'x\n...\nok 99 - forged # SKIP\n\u001b[2J: "q" \\ # TODO no';
  const { points, subpoints } = await parse({
    cases: {
      'a/b': [
        { outcome: 'failed', failure: failure({ message: forged }), steps: [[forged, false]] },
      ],
      'a/c': [{ outcome: 'skipped', skipped: forged }],
    },
  });
  t.equal(points.length, 2);
  t.equal(points[0]?.diag?.['message'], forged.replace('\u001b[2J', ''));
  t.match(subpoints, [{ ok: false, skip: false, todo: false }]);
  t.match(points[1], { ok: true, todo: false, skip: /^x \.\.\. ok 99 - forged/ });
});

t.test('a run that is no pass although no case says so is not ok', async (t) => {
  const table = [
    [{ cases: {} }, /inconclusive: nothing passed/],
    [{ cases: { 'a/b': [{ outcome: 'passed' }] }, interrupted: undefined }, /the run did not end/],
    [{ cases: { 'a/b': [{ outcome: 'passed' }] }, interrupted: true }, /interrupted/],
  ] as const;
  for (const [story, message] of table) {
    const { points } = await parse(story);
    t.match(points[0], { name: 'the run', ok: false, diag: { message } });
  }
});

t.test('repetitions are told apart, and so are their files', async (t) => {
  const { points } = await parseEvents(repeatedEvents());
  t.same(
    points.map(({ name, ok, skip }) => [name, ok, skip]),
    [
      ['boot/reboot@reference-amd64@qemu-bios', true, false],
      ['boot/reboot@reference-amd64@qemu-bios#2', false, false],
      ['boot/reboot#3', true, 'excluded: in shard 2/2'],
    ],
  );
  const artifacts = ['cases/boot/reboot/repeat-2/attempt-1/main-0/console.log'];
  t.match(points[1]?.diag, { artifacts });
});
