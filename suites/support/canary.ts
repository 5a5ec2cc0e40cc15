/**
 * Five machines with an update server each, of which one follows another channel than the others.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';
import { role, type Topology } from '../../harness/model/topology.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { onAll } from './clusters.js';
import { checkForUpdate, configureUpdates, updatable } from './updates.js';

const one = updatable().roles['main'] ?? role();

export const canaryTopology: Topology = {
  roles: {
    canary: { ...one, vcpus: 1 },
    stable: { ...one, count: 4, vcpus: 1 },
  },
};

/** The canary, and those that follow stable. */
export function canaryOf({ machine, machines }: SuiteContext): readonly [Machine, Machine[]] {
  const canary = machine('canary');
  return [canary, machines.filter((each) => each !== canary)];
}

/** Offers a release on beta, which the canary alone follows, and has the others ask in vain. */
export async function offerOnBeta(context: SuiteContext, release: UpdateRelease): Promise<void> {
  const { machines, step } = context;
  const [canary, others] = canaryOf(context);
  await step('four follow stable, one beta', async () => {
    await configureUpdates(canary, { GROUP: 'beta' });
    await onAll(others, (each) => configureUpdates(each, { GROUP: 'stable' }));
    for (const each of machines) each.updateServer().offer(release, { track: 'beta' });
  });
  await step('those on stable are offered nothing', async () => {
    await onAll(others, async (each) => {
      await checkForUpdate(each);
      const answer = await each.updateServer().waitFor('a check', ({ kind }) => kind === 'check');
      check.equal(answer.kind === 'check' && answer.answer, 'noupdate', `answer to ${each.name}`);
    });
  });
}

/**
 * Every check tells how the last update ended, if only that there was none. Source:
 * flatcar/update_engine, omaha_request_action.cc.
 */
const partOfCheck = '3/2';

/**
 * Does what a release is tried by, and keeps what all machines and their servers said meanwhile, as evidence of
 * success and of failure alike. Only the canary may have had a part in it.
 */
export async function withEvidence(
  context: SuiteContext,
  body: () => Promise<void>,
): Promise<void> {
  try {
    await body();
  } finally {
    const said = context.machines.map((each) => {
      return { machine: each.name, messages: each.updateServer().messages() };
    });
    await context.attach('canary-evidence.json', `${JSON.stringify(said, null, 2)}\n`);
  }
  await context.step('nobody else had a part in it', async () => {
    const [, others] = canaryOf(context);
    for (const each of others) {
      const events = each.updateServer().events();
      const ofUpdates = events.filter((event) => event !== partOfCheck);
      check.equal(ofUpdates, [], `what ${each.name} says of updates`);
    }
  });
}
