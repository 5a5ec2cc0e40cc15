/**
 * A plan that runs on the fake platform.
 */

import t from 'tap';
import { type PlanExecution, runPlan } from '../../../harness/execute/run-plan.js';
import type { SuiteId } from '../../../harness/model/ids.js';
import type { Suite } from '../../../harness/model/suite.js';
import { FakePlatform, type FakeScript } from '../../support/fake-platform.js';
import { EventList, fakeImage, fakePlan } from '../../support/fixtures.js';

type Optional = 'budget' | 'retries' | 'signal' | 'maxFailures' | 'throttle' | 'verifyForks';

export interface Setting extends Partial<Pick<PlanExecution, Optional>> {
  readonly script?: FakeScript;
  readonly seed?: number;
  readonly directory?: string;
  readonly repeatEach?: number;
}

export async function run(suites: readonly Suite[], setting: Setting = {}) {
  const platform = new FakePlatform(setting.script);
  const events = new EventList();
  await runPlan({
    plan: fakePlan(suites, setting.seed ?? 1, setting.repeatEach),
    suites: new Map(suites.map((suite) => [suite.id as SuiteId, suite])),
    image: fakeImage(),
    platform,
    events,
    runDirectory: setting.directory ?? t.testdir(),
    budget: setting.budget ?? { memoryMiB: 8192, vcpus: 8 },
    retries: setting.retries ?? 0,
    maxFailures: setting.maxFailures,
    throttle: setting.throttle,
    verifyForks: setting.verifyForks,
    signal: setting.signal ?? new AbortController().signal,
  });
  return { platform, events, ends: events.of('attempt-ended') };
}
