/**
 * One attempt of a suite on the fake platform, and what its machines may print.
 */

import t from 'tap';
import { pause } from '../../../harness/base/poll.js';
import { runAttempt } from '../../../harness/execute/run-attempt.js';
import type { StarvedFor } from '../../../harness/execute/timed-causes.js';
import type { MachineEvent } from '../../../harness/model/platform.js';
import type { Suite, SuiteContext, SuiteDefinition } from '../../../harness/model/suite.js';
import { FakePlatform, type FakeScript } from '../../support/fake-platform.js';
import { EventList, fakeImage, fakePlan, fakeSuite } from '../../support/fixtures.js';

/** What the suite does. */
export type Body = (context: SuiteContext) => Promise<void>;

/** Runs the only attempt of the suite `a/one`. */
export async function attempt(
  run: Body,
  more: Partial<SuiteDefinition> = {},
  script: FakeScript = {},
  runDirectory = t.testdir(),
  starvedFor?: StarvedFor,
) {
  const suite: Suite = fakeSuite('a/one', { ...more, run });
  const events = new EventList();
  const [planned] = fakePlan([suite]).cases;
  if (planned === undefined) throw new Error('unreachable');
  const end = await runAttempt({
    planned,
    suite,
    attempt: 1,
    image: fakeImage(),
    platform: new FakePlatform(script),
    events,
    runDirectory,
    starvedFor,
    signal: new AbortController().signal,
  });
  return { end, events, runDirectory };
}

/** What the machine has printed. */
export function line(text: string): MachineEvent {
  return { kind: 'console', machine: 'main-0', boot: 1, line: 12, text };
}

/** It ends only when it is told to. */
export const forever: Body = async ({ signal }) => await pause(60_000, signal);
