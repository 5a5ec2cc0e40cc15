/**
 * What planning and scheduling cost by themselves: a plan of many thousand cases on a platform
 * without machines, and how full a host would be kept if the cases took the time they are said to.
 */

import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { Admission } from '../harness/execute/admission.js';
import { runPlan } from '../harness/execute/run-plan.js';
import type { RunEvent } from '../harness/model/events.js';
import type { SuiteId } from '../harness/model/ids.js';
import type { Budget, Case, Forecast, Plan } from '../harness/model/plan.js';
import { roomOf } from '../harness/model/room.js';
import { seededRandom } from '../harness/model/seeded-random.js';
import type { Suite } from '../harness/model/suite.js';
import { singleMachine } from '../harness/model/topology.js';
import { makePlan } from '../harness/plan/make-plan.js';
import { FakePlatform } from '../test/support/fake-platform.js';
import { fakeDescriptor, fakeImage, fakeSuite } from '../test/support/fixtures.js';
import { type Spread, spreadOf } from './statistics.js';

/** How many cases, and how often it is all done. */
export interface ScheduleBenchOptions {
  readonly cases: number;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times in milliseconds. */
export interface ScheduleFigures {
  readonly cases: number;
  readonly samples: number;
  readonly planMs: Spread;
  /** From the plan to the end of the last case, which does nothing. */
  readonly scheduleMs: Spread;
  readonly totalMs: Spread;
  /** Processor time of both: on a busy host this tells more than the clock. */
  readonly cpuMs: Spread;
  /** The most that the whole process ever had, Node itself included. */
  readonly peakMemoryMiB: number;
  /**
   * Sum of what cases were given of the scarcer resource times how long they ran, over what the
   * host has times the time until the queue was empty, in simulated time: 1 is a host that was full.
   */
  readonly utilisation: Spread;
}

/** A host of 16 processors and 64 GiB. */
const budget: Budget = { memoryMiB: 49_152, vcpus: 16 };

interface Sample {
  readonly planMs: number;
  readonly scheduleMs: number;
  readonly cpuMs: number;
  readonly utilisation: number;
}

/** Plans and runs as often as asked, with another seed each time. Throws when a case does not pass. */
export async function benchSchedule(options: ScheduleBenchOptions): Promise<ScheduleFigures> {
  const samples: Sample[] = [];
  for (let seed = 1; seed <= options.samples; seed++) samples.push(await sampleOf(options, seed));
  const spread = (of: (sample: Sample) => number) => {
    const found = spreadOf(samples.map(of));
    if (found === undefined) throw new RangeError('give at least one sample');
    return found;
  };
  return {
    cases: options.cases,
    samples: samples.length,
    planMs: spread(({ planMs }) => planMs),
    scheduleMs: spread(({ scheduleMs }) => scheduleMs),
    totalMs: spread(({ planMs, scheduleMs }) => planMs + scheduleMs),
    cpuMs: spread(({ cpuMs }) => cpuMs),
    peakMemoryMiB: Math.ceil(process.resourceUsage().maxRSS / 1024),
    utilisation: spread(({ utilisation }) => utilisation),
  };
}

async function sampleOf({ cases, signal }: ScheduleBenchOptions, seed: number): Promise<Sample> {
  const suites = syntheticSuites(cases, seed);
  const forecasts = syntheticForecasts(suites, seed);
  const cpuBefore = process.cpuUsage();
  const beforeMs = performance.now();
  const plan = makePlan({
    suites,
    image: fakeDescriptor(),
    platform: { name: 'fake', capabilities: [] },
    seed,
    budget,
    whyNot: () => undefined,
    forecastOf: ({ suite }) => forecasts.get(suite),
  });
  const planMs = performance.now() - beforeMs;
  const scheduleMs = await runOnFake(plan, suites, signal);
  const cpu = process.cpuUsage(cpuBefore);
  const cpuMs = (cpu.user + cpu.system) / 1000;
  return { planMs, scheduleMs, cpuMs, utilisation: simulateUtilisation(plan.cases) };
}

/** Mostly one machine of the usual size; some larger, some small, some clusters, some locks. */
function syntheticSuites(count: number, seed: number): Suite[] {
  const random = seededRandom(seed);
  const oneOf = <T>(values: readonly [T, ...T[]]) =>
    values[Math.floor(random() * values.length)] ?? values[0];
  return Array.from({ length: count }, (_, n) => {
    const memoryMiB = oneOf([512, 1024, 1024, 1024, 2048, 4096]);
    const topology = singleMachine({
      memoryMiB,
      vcpus: oneOf([1, 2, 2, 2, 4]),
      count: oneOf([1, 1, 1, 3]),
    });
    const locks = random() < 0.02 ? [oneOf(['port-80', 'registry', 'clock'])] : [];
    return fakeSuite(`bench/s${n}`, { topology, locks });
  });
}

/** What a run before would have taught of nine suites in ten. */
function syntheticForecasts(suites: readonly Suite[], seed: number): ReadonlyMap<string, Forecast> {
  const random = seededRandom(seed + 1);
  const known = suites.filter(() => random() < 0.9);
  return new Map(
    known.map(({ id }) => {
      const durationMs = Math.round(2_000 * Math.exp(3 * random()));
      return [id, { durationMs, memoryMiB: 100 + 800 * random(), vcpus: 0.3 + 1.5 * random() }];
    }),
  );
}

/** Returns how long it took, without the directories in which attempts keep what they write. */
async function runOnFake(
  plan: Plan,
  suites: readonly Suite[],
  signal: AbortSignal,
): Promise<number> {
  let passed = 0;
  const append = (event: RunEvent) => {
    if (event.kind === 'attempt-ended' && event.outcome === 'passed') passed++;
  };
  const beforeMs = performance.now();
  await runPlan({
    plan,
    suites: new Map(suites.map((suite) => [suite.id as SuiteId, suite])),
    image: fakeImage(),
    platform: new FakePlatform(),
    events: { append },
    runDirectory: '/nonexistent',
    // A turn of the event loop, as the disk would take: without one nothing could be collected.
    makeDirectory: async () => await setImmediate(),
    budget,
    retries: 0,
    signal,
  });
  signal.throwIfAborted();
  if (passed !== plan.cases.length) throw new Error(`${passed} of ${plan.cases.length} passed`);
  return performance.now() - beforeMs;
}

interface Running {
  readonly planned: Case;
  readonly endsMs: number;
}

/** Plays the plan in simulated time, until the last case has started: then no queue is left. */
export function simulateUtilisation(cases: readonly Case[], host: Budget = budget): number {
  const admission = new Admission(cases, host);
  const running: Running[] = [];
  const used = { memoryMiB: 0, vcpus: 0 };
  let nowMs = 0;
  for (let started = 0; started < cases.length; ) {
    for (let next = admission.admit(); next !== undefined; next = admission.admit()) {
      running.push({ planned: next, endsMs: nowMs + timeOf(next) });
      started++;
    }
    running.sort((a, b) => a.endsMs - b.endsMs);
    const untilMs = running[0]?.endsMs ?? nowMs;
    for (const { planned } of running) {
      const room = roomOf(planned, host);
      used.memoryMiB += (room.memoryMiB / host.memoryMiB) * (untilMs - nowMs);
      used.vcpus += (room.vcpus / host.vcpus) * (untilMs - nowMs);
    }
    nowMs = untilMs;
    const ended = running.shift();
    if (ended !== undefined) admission.release(ended.planned);
  }
  return Math.max(used.memoryMiB, used.vcpus) / nowMs;
}

function timeOf({ forecast }: Case): number {
  return forecast?.durationMs ?? 10_000;
}

/** One line per figure: median with minimum and maximum. */
export function renderScheduleFigures(figures: ScheduleFigures): string {
  const line = (name: string, { median, min, max }: Spread, digits: number, unit: string) => {
    const text = (value: number) => value.toFixed(digits);
    return `  ${name.padEnd(14)} ${text(median)}${unit} [${text(min)} to ${text(max)}]`;
  };
  const { planMs, scheduleMs, totalMs, cpuMs, utilisation } = figures;
  const lines = [
    `${figures.cases} cases on a platform without machines, ${figures.samples} samples`,
    line('plan', planMs, 0, ' ms'),
    line('schedule', scheduleMs, 0, ' ms'),
    line('both', totalMs, 0, ' ms'),
    line('processor', cpuMs, 0, ' ms'),
    line('utilisation', utilisation, 2, ''),
    `  ${'memory'.padEnd(14)} ${figures.peakMemoryMiB} MiB at its peak, the whole process`,
  ];
  return `${lines.join('\n')}\n`;
}
