/**
 * Builds event logs for tests: a run is told as a few lines, numbers and times are filled in.
 */

import { defined } from '../../../harness/base/errors.js';
import { type LoggedEvent, type RunEvent, recordSchema } from '../../../harness/model/events.js';
import {
  type CaseId,
  type ClaimId,
  makeCaseId,
  makeRunId,
  parseSuiteId,
  type SuiteId,
} from '../../../harness/model/ids.js';
import type { Failure, Outcome } from '../../../harness/model/outcome.js';
import type { Case } from '../../../harness/model/plan.js';
import type { BootReport, ResourceUsage } from '../../../harness/model/platform.js';
import { chainLine, chainStart } from '../../../results/log-chain.js';

/** The time of the first event. */
export const startMs = Date.UTC(2026, 10, 22, 10, 15, 0);

/** A suite id that is known to be good. */
export function suite(id: string): SuiteId {
  const parsed = parseSuiteId(id);
  if (parsed === undefined) throw new Error(`bad suite id in a test: ${id}`);
  return parsed;
}

/** The case of a suite on the reference image; `a/b#2` is its second repetition. */
export function plannedCase(name: string): Case {
  const [id = '', times] = name.split('#');
  const repeat = times === undefined ? {} : { repeat: Number(times) };
  const parts = { image: 'reference-amd64', platform: 'qemu', firmware: 'bios' } as const;
  return {
    id: makeCaseId({ suite: suite(id), ...parts, ...repeat }),
    suite: suite(id),
    summary: `proves ${id}`,
    claims: ['B01' as ClaimId],
    ...parts,
    cost: { machines: 1, vcpus: 2, memoryMiB: 1024 },
    locks: [],
    ...repeat,
  };
}

/** A product failure in Ignition, with what is given changed. */
export function failure(overrides: Partial<Failure> = {}): Failure {
  return {
    code: 'IGNITION_FAILED',
    kind: 'product',
    phase: 'ignition',
    message: 'main-0: Ignition gave up: failed to fetch config: invalid hash',
    machine: 'main-0',
    evidence: '[    4.317] ignition[312]: failed to fetch config: hash verification failed',
    ...overrides,
  };
}

/** One attempt as a test tells it. */
export interface AttemptStory {
  readonly outcome?: Outcome;
  readonly durationMs?: number;
  readonly failure?: Failure;
  readonly skipped?: string;
  readonly usage?: ResourceUsage;
  /** How its machine came up. Default: cold. */
  readonly start?: BootReport['start'];
  readonly steps?: readonly (readonly [title: string, ok: boolean])[];
  /** What its teardown could not end or remove. */
  readonly leftovers?: readonly Failure[];
}

/** A process that could not be ended. */
export const leaked: Failure = {
  ...{ code: 'PROCESS_LEAKED', kind: 'infrastructure', phase: 'teardown' },
  message: 'QEMU 4711 of main-0 did not end',
};

/** The first event of every log. */
export const runStarted: RunEvent = {
  kind: 'run-started',
  schema: recordSchema,
  run: makeRunId(new Date(startMs), '1a2b'),
  version: '0.1.0',
  argv: ['run', '--image', 'my images/os', '--plain'],
  seed: 7,
  image: {
    name: 'reference-amd64',
    osName: 'Switchyard Reference OS',
    channel: 'developer',
    version: '1.0.0',
    arch: 'amd64',
    sha256: 'ab'.repeat(32),
    origin: 'reference',
  },
  platform: 'qemu',
  host: {
    os: 'Debian 13',
    kernel: '6.12',
    cpuModel: 'EPYC',
    cpus: 4,
    memoryMiB: 16384,
    node: 'v20.20.2',
    qemu: '10.0.0',
    accelerator: { name: 'tcg', reason: '/dev/kvm opened, but the probe did not finish' },
    slowness: 1.4,
  },
};

/** The events of one attempt of a suite. */
export function attemptEvents(id: string, attempt: number, story: AttemptStory): RunEvent[] {
  const of = { case: plannedCase(id).id as CaseId, attempt };
  const steps = (story.steps ?? []).flatMap(([title, ok], step): RunEvent[] => [
    { kind: 'step-started', ...of, step, title },
    { kind: 'step-ended', ...of, step, ok },
  ]);
  const { start = 'cold', usage } = story;
  const boot = { machine: 'main-0', start, accelerator: 'tcg', readyMs: 9000 } as const;
  const { outcome, durationMs = 12_000, failure: why, skipped } = story;
  const ended = { kind: 'attempt-ended', ...of, outcome, durationMs, failure: why, skipped, usage };
  return [
    { kind: 'attempt-started', ...of },
    { kind: 'machine-phase', ...of, machine: 'main-0', phase: 'kernel' },
    { kind: 'machine-ready', ...of, boot: { ...boot, phasesMs: { kernel: 1200 } } },
    ...steps,
    ...(outcome === undefined ? [] : [defined(ended) as RunEvent]),
    ...(story.leftovers ?? []).map((one): RunEvent => {
      return { kind: 'cleanup-failed', ...of, failure: one };
    }),
  ];
}

/** Numbers the events and puts them one second apart. */
export function logged(events: readonly RunEvent[]): LoggedEvent[] {
  const at = (seq: number) => new Date(startMs + seq * 1000).toISOString();
  return events.map((event, seq) => ({ seq, at: at(seq), ...event }));
}

/** A whole run: its cases in order with their attempts, its exclusions, its end. */
export interface RunStory {
  readonly cases: Readonly<Record<string, readonly AttemptStory[]>>;
  readonly excluded?: Readonly<Record<string, string>>;
  /** Undefined leaves the run without an end. */
  readonly interrupted?: boolean | undefined;
}

/** The log of a run that ended, unless the story says `interrupted: undefined`. */
export function runEvents(story: RunStory): LoggedEvent[] {
  const end = 'interrupted' in story ? story.interrupted : false;
  const cases = Object.entries(story.cases);
  return logged([
    runStarted,
    ...cases.map(([id]): RunEvent => ({ kind: 'case-planned', planned: plannedCase(id) })),
    ...Object.entries(story.excluded ?? {}).map(([id, reason]): RunEvent => {
      return { kind: 'case-excluded', excluded: { suite: suite(id), reason } };
    }),
    ...cases.flatMap(([id, attempts]) =>
      attempts.flatMap((attempt, index) => attemptEvents(id, index + 1, attempt)),
    ),
    ...(end === undefined ? [] : [{ kind: 'run-ended', interrupted: end } as const]),
  ]);
}

/** The bytes of a log. */
export function logBytes(events: readonly LoggedEvent[]): Buffer {
  return chainedBytes(events.map((event) => JSON.stringify(event)));
}

/** The bytes of a log of these JSON texts, chained as if nothing had been changed. */
export function chainedBytes(bodies: readonly string[]): Buffer {
  let previous = chainStart;
  const lines = bodies.map((body) => {
    const { line, digest } = chainLine(previous, body);
    previous = digest;
    return `${line}\n`;
  });
  return Buffer.from(lines.join(''));
}
