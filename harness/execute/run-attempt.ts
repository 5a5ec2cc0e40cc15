/**
 * One execution of a case: provision, run the suite, look for failed units, tear down. Everything
 * that may end it early aborts one signal, and the first reason is the outcome.
 */

import { join } from 'node:path';
import {
  abortable,
  type LinkedController,
  linkedController,
  teardownLimit,
} from '../base/deadline.js';
import { leftoversOf, ProductError } from '../base/errors.js';
import { attemptDirectory } from '../base/run-dir.js';
import type { NetworkEvent } from '../model/network.js';
import type { Failure } from '../model/outcome.js';
import { type Case, nameOfCase } from '../model/plan.js';
import type { Cluster, ForkState, MachineEvent } from '../model/platform.js';
import { awaitRest } from './at-rest.js';
import { type AttemptEnd, endOf, firstCause } from './attempt-cause.js';
import { makeAttemptDirectory } from './attempt-files.js';
import { type AttemptLog, attemptLog, logMachineEvent } from './attempt-log.js';
import type { AttemptRequest, AttemptResult } from './attempt-request.js';
import { requireNoFailedUnits } from './failed-units.js';
import { orHostStarved } from './host-starved.js';
import { errorOfExit } from './machine-exit.js';
import { MachineWatch } from './machine-watch.js';
import { provisionDeadline } from './provision-deadline.js';
import { runSuite } from './run-suite.js';
import { Steps } from './steps.js';
import { hasLeaked, tearDown } from './tear-down.js';
import { orUnproven } from './unproven-fork.js';

/** Ignition's kernel arguments cost one restart (Ignition spec 3.3.0, kernelArguments). */
const mostBootsUntilReady = 2;

/** Runs one attempt to its end and logs it. Never throws; a host that breaks is an outcome too. */
export async function runAttempt(request: AttemptRequest): Promise<AttemptResult> {
  const { planned, attempt, events } = request;
  const log = attemptLog(events, planned.id, attempt);
  const startedMs = performance.now();
  log({ kind: 'attempt-started' });
  const { leaked, ...end } = await new Attempt(request, log).run();
  log({ kind: 'attempt-ended', durationMs: Math.round(performance.now() - startedMs), ...end });
  return { ...end, leaked };
}

/** Unique among the clusters of the run: repetitions of a suite may run side by side. */
function clusterId(planned: Case, attempt: number): string {
  return `${nameOfCase(planned).replace('/', '-').replace('#', '-r')}-${attempt}`;
}

class Attempt {
  readonly #request: AttemptRequest;
  readonly #log: AttemptLog;
  readonly #ended: LinkedController;
  readonly #signal: AbortSignal;
  readonly #steps: Steps;
  readonly #watch: MachineWatch;
  /** Machines that have not yet shown to be true copies of their templates. */
  readonly #unproven = new Set<string>();
  #ready = false;

  constructor(request: AttemptRequest, log: AttemptLog) {
    this.#request = request;
    this.#log = log;
    this.#ended = linkedController(request.signal);
    this.#signal = this.#ended.signal;
    this.#steps = new Steps({
      started: (step, title, parent) => {
        log({ kind: 'step-started', step, title, ...(parent === undefined ? {} : { parent }) });
      },
      ended: (step, ok) => log({ kind: 'step-ended', step, ok }),
    });
    this.#watch = new MachineWatch({
      expects: request.suite.expects,
      onFinding: (finding) => log({ kind: 'finding', ...finding }),
      onFatal: (error) => this.#ended.abort(error),
      starvedFor: request.starvedFor,
    });
  }

  async run(): Promise<AttemptResult> {
    using _linked = this.#ended;
    let cluster: Cluster;
    try {
      cluster = await this.#provision();
    } catch (thrown) {
      return { ...this.#endOf(thrown), leaked: this.#logLeft(leftoversOf(thrown)) };
    }
    const end = await this.#use(cluster);
    const usage = cluster.usage?.();
    const leaked = await this.#tearDown(cluster, end);
    this.#watch.close();
    for (const one of this.#watch.unmet) this.#log({ kind: 'expectation-unmet', ...one });
    return { ...this.#orWhatWasSeen(end), ...(usage && { usage }), leaked };
  }

  async #use(cluster: Cluster): Promise<AttemptEnd> {
    const { suite, atRest = suite.start === 'fork' } = this.#request;
    try {
      if (atRest) await abortable(awaitRest(cluster, suite.topology), this.#signal);
      await runSuite(this.#request, {
        cluster,
        steps: this.#steps,
        log: this.#log,
        ended: this.#ended,
      });
      await abortable(this.#checkUnits(cluster), this.#signal);
      return { outcome: 'passed' };
    } catch (thrown) {
      return this.#endOf(thrown);
    }
  }

  #endOf(thrown: unknown): AttemptEnd {
    this.#watch.close();
    const cause = firstCause(thrown, this.#signal);
    const phase = this.#ready ? 'suite' : 'host';
    const steps = this.#steps.titlesOf(cause);
    const blamed = orUnproven(orHostStarved(cause, this.#request.starvedFor), this.#unproven);
    return endOf(blamed, { phase, steps });
  }

  /** A panic may be on its way from the console while the suite ends: it counts until power-off. */
  #orWhatWasSeen(end: AttemptEnd): AttemptEnd {
    if (end.outcome !== 'passed' && end.outcome !== 'skipped') return end;
    const { aborted, reason } = this.#signal;
    // A run that is cancelled meanwhile takes nothing from what has ended.
    const isSeen = aborted && reason !== this.#request.signal.reason;
    const cause = isSeen ? reason : this.#watch.findings;
    return cause === undefined ? end : endOf(cause, { phase: 'suite', steps: [] });
  }

  async #provision(): Promise<Cluster> {
    const { planned, suite, attempt, image, platform, runDirectory } = this.#request;
    const { makeDirectory = makeAttemptDirectory, keepDisks, screens, seed } = this.#request;
    const directory = attemptDirectory(planned, attempt);
    const artifactDirectory = join(runDirectory, directory);
    await makeDirectory(artifactDirectory);
    const { topology, start, limits } = suite;
    const id = clusterId(planned, attempt);
    const onEvent = (event: MachineEvent) => this.#onEvent(event);
    const what = { id, artifactDirectory, image, topology, start, limits };
    const onNetworkEvent = (event: NetworkEvent) => this.#log({ kind: 'network', event });
    const request = { ...what, keepDisks, screens, seed, onEvent, onNetworkEvent };
    using limit = provisionDeadline(this.#signal, suite, platform.host.slowness);
    const cluster = await platform.provision(request, limit.signal);
    this.#ready = true;
    for (const boot of cluster.boots) this.#log({ kind: 'machine-ready', boot });
    return cluster;
  }

  #onEvent(event: MachineEvent): void {
    this.#watch.observe(event);
    if (event.kind === 'exited') this.#ended.abort(errorOfExit(event.failure));
    if (event.kind === 'power-on') this.#onPowerOn(event);
    if (event.kind === 'fork') this.#noteFork(event.machine, event.is);
    logMachineEvent(this.#log, event);
  }

  #noteFork(machine: string, is: ForkState): void {
    if (is === 'unproven') this.#unproven.add(machine);
    else this.#unproven.delete(machine);
  }

  /** A first boot may restart once, for kernel arguments; a machine that goes on is in a loop. */
  #onPowerOn({ machine, boot }: Extract<MachineEvent, { kind: 'power-on' }>): void {
    if (this.#ready || boot <= mostBootsUntilReady) return;
    const text = `${machine} has started ${boot} times and never became ready`;
    this.#ended.abort(new ProductError('BOOT_LOOP', text, { phase: 'kernel', machine }));
  }

  async #checkUnits(cluster: Cluster): Promise<void> {
    const { suite } = this.#request;
    if (suite.expects.some(({ pattern }) => pattern === 'unit-failed')) return;
    const reachable = cluster.machines.filter(({ role, power }) => {
      return power === 'on' && suite.topology.roles[role]?.ready.kind === 'ssh';
    });
    for (const machine of reachable) await requireNoFailedUnits(machine);
  }

  /** Returns whether a machine may still live. */
  async #tearDown(cluster: Cluster, { outcome }: AttemptEnd): Promise<boolean> {
    const { suite, platform } = this.#request;
    const { slowness } = platform.host;
    const failed = outcome === 'failed' || outcome === 'errored';
    const { teardownMs } = suite.limits;
    const timeoutMs = teardownLimit(teardownMs, slowness, this.#request.signal);
    // Of the machines' share of the time files take as little as it did.
    const graceMs = timeoutMs < teardownMs ? { graceMs: timeoutMs / 2 } : {};
    const limits = { timeoutMs, slowness, ...graceMs };
    return this.#logLeft(await tearDown(cluster, { ...limits, failed }));
  }

  /** Returns whether a machine is among what could not be cleaned up. */
  #logLeft(failures: readonly Failure[]): boolean {
    for (const failure of failures) this.#log({ kind: 'cleanup-failed', failure });
    return hasLeaked(failures);
  }
}
