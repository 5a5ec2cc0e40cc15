/** The part of an attempt that is the suite's own: its function, within its time. */

import { join } from 'node:path';
import { abortable, type LinkedController, scaleLimit } from '../base/deadline.js';
import { ProductError } from '../base/errors.js';
import { attemptDirectory } from '../base/run-dir.js';
import type { Cluster } from '../model/platform.js';
import type { SuiteContext } from '../model/suite.js';
import { Attachments } from './attempt-files.js';
import type { AttemptLog } from './attempt-log.js';
import type { AttemptRequest } from './attempt-request.js';
import type { Steps } from './steps.js';
import { makeSuiteContext } from './suite-context.js';

/** What a suite runs in. */
export interface SuitePlace {
  readonly cluster: Cluster;
  readonly steps: Steps;
  readonly log: AttemptLog;
  /** The attempt's: the machines' verbs obey it, so a suite that is late must abort this one. */
  readonly ended: LinkedController;
}

/** Runs the suite to its end, to the attempt's, or until its time is over, whichever is first. */
export async function runSuite(request: AttemptRequest, place: SuitePlace): Promise<void> {
  const { steps, ended } = place;
  const { suite, platform } = request;
  ended.signal.throwIfAborted();
  const limitMs = scaleLimit(suite.limits.runMs, platform.host.slowness);
  const timer = setTimeout(() => ended.abort(suiteTimeout(steps, limitMs)), limitMs);
  try {
    await abortable(suite.run(contextOf(request, place)), ended.signal);
  } finally {
    clearTimeout(timer);
  }
}

function contextOf(request: AttemptRequest, place: SuitePlace): SuiteContext {
  const { planned, attempt, image, runDirectory } = request;
  const { cluster, steps, log, ended } = place;
  const directory = join(attemptDirectory(planned, attempt), 'attachments');
  return makeSuiteContext({
    attachments: new Attachments(runDirectory, directory),
    image,
    machines: cluster.machines,
    network: cluster.network,
    steps,
    signal: ended.signal,
    onAttached: (name, file) => log({ kind: 'attached', name, file }),
    onRelease: (name) => log({ kind: 'release-taken', name }),
  });
}

function suiteTimeout(steps: Steps, limitMs: number): ProductError {
  const where = steps.open.join(' > ') || 'outside of any step';
  const text = `the suite did not end within ${Math.round(limitMs / 1000)} s; it was at: ${where}`;
  return new ProductError('SUITE_TIMEOUT', text, { phase: 'suite', waitedMs: limitMs });
}
