/**
 * When a host has starved its guests: by readings of a real one, second by second, and by the
 * limits of what is known.
 */

import t from 'tap';
import { LoadHistory } from '../../../harness/execute/load-history.js';

/** For how much of a second some task waited for a processor, and how many wanted one at its end. */
type Second = readonly [stalled: number, runnable: number | undefined];

/** A host of 2 processors on which a cluster booted beside three compilers. */
const starving: readonly Second[] = [
  [0.999, 16],
  [0.99, 13],
  [0.985, 14],
  [1, 18],
  [0.996, 13],
  [1, 20],
  [0.991, 9],
  [0.947, 10],
  [0.992, 13],
  [0.983, 8],
];

/**
 * The same host while a unit of the last of seven machines needed its 90 s to begin, and was ended by
 * its guest's clock: every fifth second.
 */
const overloaded: readonly Second[] = [
  [0.596, 5],
  [0.544, 3],
  [0.644, 10],
  [0.656, 6],
  [0.67, 6],
  [0.652, 5],
  [0.843, 8],
  [0.678, 4],
  [0.637, 6],
  [0.773, 3],
  [0.947, 12],
  [0.93, 7],
  [0.917, 16],
  [0.918, 9],
  [0.845, 8],
  [0.978, 10],
  [0.966, 9],
  [0.998, 13],
  [1, 11],
];

/** Two machines with 2 virtual processors each on 2 processors: one boots, the other is busy. */
const twoGuests: readonly Second[] = [
  [0.932, 4],
  [0.971, 5],
  [0.884, 3],
  [0.967, 4],
  [0.983, 5],
  [0.91, 3],
];

function historyOf(seconds: readonly Second[], cpus = 2): LoadHistory {
  const time = { ms: 0 };
  const host = { cpuStalledMs: 0, runnable: 0 as number | undefined };
  const clock = { now: () => new Date(time.ms), elapsedMs: () => time.ms };
  const rest = { memoryStalledMs: 0, memoryAvailableMiB: 1, memoryTotalMiB: 2 };
  const history = new LoadHistory({ gauge: { read: () => ({ ...host, ...rest }) }, clock, cpus });
  for (const [stalled, runnable] of seconds) {
    time.ms += 1_000;
    host.cpuStalledMs += stalled * 1_000;
    host.runnable = runnable;
    history.look();
  }
  return history;
}

/** The readings again and again, for so many seconds. */
function during(seconds: number, readings: readonly Second[]): readonly Second[] {
  return Array.from({ length: seconds }, (_, n) => readings[n % readings.length] as Second);
}

t.test('a host that starved its guests says how', async (t) => {
  const readings = historyOf(during(100, starving)).starvedFor(90_000);
  t.equal(
    readings,
    'over the last 90 s a task of the host got 16 % of a processor, ' +
      'and some waited for one 99 % of the time',
  );
});

t.test('it need not starve them all the time', async (t) => {
  t.match(historyOf(during(95, overloaded)).starvedFor(90_000), /got 31 % .* 81 % of the time$/);
  const calmer = overloaded.map(([stalled, runnable]) => [stalled - 0.1, runnable] as const);
  t.equal(historyOf(during(95, calmer)).starvedFor(90_000), undefined);
});

t.test('two busy guests are no excuse, although some task waits nearly always', async (t) => {
  t.equal(historyOf(during(100, twoGuests)).starvedFor(90_000), undefined);
});

t.test(
  'many tasks are no excuse where processors are left, and neither are stalls alone',
  async (t) => {
    t.equal(historyOf(during(100, starving), 8).starvedFor(90_000), undefined);
    t.equal(historyOf(during(100, [[0.5, 16]])).starvedFor(90_000), undefined);
    t.equal(historyOf(during(100, [[1, 5]])).starvedFor(90_000), undefined);
  },
);

t.test('the whole wait counts, not its worst or its last moment', async (t) => {
  const late = [...during(60, twoGuests), ...during(30, [[1, 8]] as const)];
  t.equal(historyOf(late).starvedFor(90_000), undefined);
  const past = [...during(100, starving), ...during(60, twoGuests)];
  t.equal(historyOf(past).starvedFor(90_000), undefined);
  t.ok(historyOf([...during(60, twoGuests), ...during(95, starving)]).starvedFor(90_000));
});

t.test('what is not known excuses nobody', async (t) => {
  t.equal(historyOf(during(70, starving)).starvedFor(90_000), undefined, 'too short');
  t.equal(historyOf(during(100, [[1, undefined]])).starvedFor(90_000), undefined, 'not told');
});

t.test('a long run is forgotten bit by bit', async (t) => {
  const history = historyOf(during(5_000, starving));
  t.ok(history.starvedFor(290_000));
  t.ok(history.starvedFor(900_000), 'the end of a long wait counts');
});

/** A container with a quota of 2 processors, of so many that its tasks would have kept busy. */
function containerOf(seconds: number, wanted: number, usedUp: number): LoadHistory {
  const time = { ms: 0 };
  const quota = { cpus: 2, periods: 0, throttled: 0, throttledMs: 0 };
  const host = { cpuStalledMs: 0, memoryStalledMs: 0, runnable: 2 };
  const clock = { now: () => new Date(time.ms), elapsedMs: () => time.ms };
  const rest = { memoryAvailableMiB: 1, memoryTotalMiB: 2 };
  const read = () => ({ ...host, ...rest, quota: { ...quota } });
  const history = new LoadHistory({ gauge: { read }, clock, cpus: 64 });
  for (let second = 0; second < seconds; second += 1) {
    time.ms += 1_000;
    quota.periods += 10;
    quota.throttled += 10 * usedUp;
    quota.throttledMs += 1_000 * (wanted - 2);
    history.look();
  }
  return history;
}

t.test('a quota that starved its container says how', async (t) => {
  t.equal(
    containerOf(100, 16, 1).starvedFor(90_000),
    'over the last 90 s a task of the container got 13 % of a processor, ' +
      'and its quota of 2 was used up 100 % of the time',
  );
});

t.test('a quota that left a guest its half, or was seldom used up, is no excuse', async (t) => {
  t.equal(containerOf(100, 4, 1).starvedFor(90_000), undefined);
  t.equal(containerOf(100, 16, 0.5).starvedFor(90_000), undefined);
  t.equal(containerOf(60, 16, 1).starvedFor(90_000), undefined, 'too short');
});
