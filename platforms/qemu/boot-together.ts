/**
 * Brings up the machines of a cluster in parallel, as many at once as the host can carry.
 */

import pLimit from 'p-limit';
import { scaleLimit } from '../../harness/base/deadline.js';
import type { ProcessIdentity } from '../../harness/base/host-process.js';
import type { Failure } from '../../harness/model/outcome.js';
import type { BootedMachine } from './boot-machine.js';
import type { MachinePlan } from './machine-plan.js';
import type { StartContext } from './template/forking.js';
import { awaitQuiet } from './template/quiet.js';
import { startMachine } from './template/start-machine.js';
import { withUpdateServices } from './update-services.js';

/** How long a machine that answers is waited for to come to rest, on a host of speed 1. */
const restMs = 30_000;

/**
 * All machines, or none: one failure aborts the others, and is thrown. No more boot at once than the
 * host has processors for their vCPUs, and each counts until it is at rest: boots that wait for each
 * other's processors take longer than one after the other, until their guests give up on devices.
 */
export async function bootTogether(
  plans: readonly MachinePlan[],
  shared: Omit<StartContext, 'bootSignal'>,
  cpus: number,
): Promise<readonly BootedMachine[]> {
  const failed = new AbortController();
  // Machines live on with the attempt's signal; only their boots also end with a sibling's.
  const bootSignal = AbortSignal.any([shared.signal, failed.signal]);
  const widest = Math.max(...plans.map(({ spec }) => spec.vcpus));
  const turn = pLimit(Math.max(1, Math.floor(cpus / widest)));
  const start = async (plan: MachinePlan) => {
    bootSignal.throwIfAborted();
    const hasFollowers = () => turn.pendingCount > 0;
    return await startAndRest(plan, { ...shared, bootSignal }, hasFollowers).catch(
      (error: unknown) => {
        failed.abort(error);
        throw error;
      },
    );
  };
  const settled = await Promise.allSettled(plans.map((plan) => turn(start, plan)));
  failed.signal.throwIfAborted();
  return settled.flatMap((boot) => (boot.status === 'fulfilled' ? [boot.value] : []));
}

/** A machine that answers still starts what answers later; whoever waits for its turn waits for that. */
async function startAndRest(
  plan: MachinePlan,
  context: StartContext,
  hasFollowers: () => boolean,
): Promise<BootedMachine> {
  const { slowness, signal, bootSignal } = context;
  let process: ProcessIdentity | undefined;
  const onSpawn: StartContext['onSpawn'] = (spawned) => {
    process = spawned.process;
    context.onSpawn(spawned);
  };
  const onFailed = (failure: Failure) => {
    context.request.onEvent({ kind: 'exited', machine: plan.name, failure });
  };
  const served = await withUpdateServices(plan, { slowness, signal, onFailed });
  const booted = await startMachine(served, { ...context, onSpawn });
  if (!process || !hasFollowers()) return booted;
  const within = { limitMs: scaleLimit(restMs, slowness), signal: bootSignal };
  if (await awaitQuiet(process, within)) return booted;
  return { ...booted, boot: { ...booted.boot, restless: true } };
}
