/**
 * One run, wired: plan, platform, event log, execution, record, report files. Used by every command
 * that boots machines.
 */

import { setMaxListeners } from 'node:events';
import { cpus } from 'node:os';
import { type EventLog, openEventLog } from '../../results/event-log.js';
import { readHistory } from '../../results/history.js';
import { ownCode, ownVersion } from '../../results/own-version.js';
import { Cleanup } from '../base/cleanup.js';
import { systemClock } from '../base/clock.js';
import { HarnessError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { makeRunDirectory, nameRunDirectory, type RunDirectory } from '../base/run-dir.js';
import { procGauge } from '../execute/host-load.js';
import { LoadHistory } from '../execute/load-history.js';
import { recordLoad } from '../execute/record-load.js';
import { runPlan } from '../execute/run-plan.js';
import { Throttle } from '../execute/throttle.js';
import {
  type LentExtra,
  type LoggedEvent,
  type OfferedRelease,
  recordSchema,
} from '../model/events.js';
import { parseSuiteId, type SuiteId } from '../model/ids.js';
import type { Image } from '../model/image.js';
import type { Budget, Plan } from '../model/plan.js';
import type { Platform } from '../model/platform.js';
import type { RunRecord } from '../model/record.js';
import type { Suite } from '../model/suite.js';
import { sampleForks } from '../plan/sample-forks.js';
import { withParts } from './made-parts.js';
import { openPlatform } from './open-platform.js';
import { learnFrom, type PlanRequest, planRun, suitesToRun } from './plan-run.js';
import { withReleases } from './releases.js';
import { budgetOf } from './settings.js';
import { writeReports } from './write-reports.js';

/** What is run, on what, and who watches. */
export interface RunRequest extends PlanRequest {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** What it may occupy, where others run beside it. Default: what the settings say. */
  readonly budget?: Budget;
  /** Default: one of its own. */
  readonly throttle?: Throttle;
  /** Called when the run has a directory; the listener it returns gets every logged event. */
  readonly onStart?: (directory: RunDirectory) => (event: LoggedEvent) => void;
}

/** A finished run and where it lies. */
export interface FinishedRun {
  readonly record: RunRecord;
  readonly directory: RunDirectory;
}

/**
 * Runs the suites and writes `record.json`, `report.tap` and `report.xml`. Resolves also when cases
 * failed or the signal aborted; throws what kept the run from starting.
 */
export async function runSuites(asked: RunRequest): Promise<FinishedRun> {
  const image = await withParts({ ...asked, image: await withReleases(asked) });
  const request = { ...asked, image };
  const history = await readHistory(request.settings.runs);
  const budget = request.budget ?? budgetOf(request.settings);
  const directory = nameRunDirectory(request.settings.runs);
  await using cleanup = new Cleanup();
  const platform = cleanup.own('platform', await openPlatform(request, directory));
  // Not before: an empty directory would be taken for the newest run.
  await makeRunDirectory(directory);
  const log = await openEventLog(directory.events, systemClock);
  cleanup.add('event log', async () => await log.close());
  if (request.onStart) log.subscribe(request.onStart(directory));
  await logRun(request, { directory, platform, log, history, budget });
  await log.close();
  requireHealthyListeners(log);
  const record = await writeReports(directory);
  await learnFrom([record, ...history], request.settings);
  return { record, directory };
}

interface Wiring {
  readonly directory: RunDirectory;
  readonly platform: Platform;
  readonly log: EventLog;
  /** Earlier runs, newest first. */
  readonly history: readonly RunRecord[];
  /** Taken once: what is free changes while the run begins. */
  readonly budget: Budget;
}

async function logRun(request: RunRequest, wiring: Wiring): Promise<void> {
  const { platform, log, directory, budget } = wiring;
  const { image, settings } = request;
  const suites = suitesToRun(request);
  const plan = await planRun(request, wiring);
  await announceRun(request, { ...wiring, plan });
  using _load = recordLoad({ gauge: procGauge(), events: log });
  const load = new LoadHistory({ gauge: procGauge(), clock: systemClock, cpus: cpus().length });
  using _watched = load.watch();
  await runPlan({
    plan,
    suites: bySuiteId(suites),
    image,
    platform,
    events: log,
    runDirectory: directory.path,
    budget,
    keepDisks: settings.keepDisks,
    screens: settings.screens,
    seed: plan.seed,
    retries: settings.retries,
    maxFailures: settings.maxFailures,
    verifyForks: sampleForks(plan.cases, bySuiteId(suites), {
      percent: settings.fork ? settings.verifyForks : 0,
      seed: plan.seed,
    }),
    throttle: request.throttle ?? throttleOf(platform),
    starvedFor: (waitMs) => load.starvedFor(waitMs),
    signal: orLogFailure(request.signal, log),
  });
  log.append({ kind: 'run-ended', interrupted: request.signal.aborted });
}

/** A log that can't be written any more has lost the run's only output: nothing is left to do. */
function orLogFailure(parent: AbortSignal, log: EventLog): AbortSignal {
  const controller = new AbortController();
  log.failed.catch((error: unknown) => controller.abort(error));
  const signal = AbortSignal.any([parent, controller.signal]);
  // Every case of the run listens to it, however many there are.
  setMaxListeners(0, parent, signal);
  return signal;
}

function throttleOf({ host }: Platform): Throttle {
  return new Throttle({ gauge: procGauge(), clock: systemClock, cpus: host.cpus });
}

function bySuiteId(suites: readonly Suite[]): ReadonlyMap<SuiteId, Suite> {
  return new Map(suites.map((suite) => [parseSuiteId(suite.id) as SuiteId, suite]));
}

async function announceRun(
  { image, shard }: RunRequest,
  { directory, platform, log, plan, budget }: Wiring & { readonly plan: Plan },
): Promise<void> {
  const { name, osName, channel, version, arch, disk, origin } = image.descriptor;
  const code = await ownCode();
  log.append({
    kind: 'run-started',
    schema: recordSchema,
    run: directory.run,
    version: await ownVersion(),
    ...(code !== undefined && { code }),
    argv: process.argv.slice(2),
    seed: plan.seed,
    image: { name, osName, channel, version, arch, sha256: disk.sha256, origin },
    platform: platform.name,
    host: platform.host,
    budget,
    ...releasesOf(image),
    ...lentTo(image),
    ...(shard && { shard }),
  });
}

function releasesOf({ releases }: Image): { releases?: readonly OfferedRelease[] } {
  if (releases === undefined) return {};
  const offered = [...releases.values()].map(({ name, version, payload }) => {
    return { name, version, payloadSha256: payload.sha256 };
  });
  return { releases: offered };
}

function lentTo({ descriptor }: Image): { lent?: readonly LentExtra[] } {
  const lent = descriptor.extras.flatMap(({ name, sha256, lentBy }) => {
    return lentBy === undefined ? [] : [{ name, sha256, lentBy }];
  });
  return lent.length > 0 ? { lent } : {};
}

/** A reporter that crashed is our own fault, and a run whose display lied must not end well. */
function requireHealthyListeners({ listenerErrors }: EventLog): void {
  const [first] = listenerErrors;
  if (first === undefined) return;
  const text = `a reporter crashed: ${first.message}; the record is intact`;
  throw new HarnessError('internal', 'REPORTER_CRASHED', text, { cause: first });
}
