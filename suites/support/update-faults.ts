/**
 * What every failed update must come to: the reason is reported, the machine is as it was, and the
 * next good update goes through.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';
import type { UpdateFault, UpdateMessage, UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { slotFlags } from './slots.js';
import {
  configureUpdates,
  installUpdate,
  nextCheckAfter,
  runningSystem,
  runUpdate,
  updateStatus,
} from './updates.js';

/** How an update goes wrong, and as what the update engine reports it. */
export interface FailedUpdate {
  /** What is offered while it goes wrong. Default the good release. */
  readonly release?: UpdateRelease;
  readonly fault?: UpdateFault;
  /** What happens on the machine while it is updated. */
  readonly meanwhile?: (machine: Machine) => Promise<void>;
  /** Source: flatcar/update_engine, action_processor.h. HTTP statuses count from 2000. */
  readonly errorCode: number;
}

/** Has an update fail, then lets another one through. */
export async function failsAndRecovers(context: SuiteContext, failed: FailedUpdate): Promise<void> {
  const machine = context.machine();
  const good = context.release('next');
  const server = machine.updateServer();
  const state = async () => ({
    running: await runningSystem(machine),
    a: await slotFlags(machine, 'a'),
    b: await slotFlags(machine, 'b'),
  });
  const before = await state();
  await context.step('the update fails, and the server is told why', async () => {
    await configureUpdates(machine);
    if (failed.fault) server.inject(failed.fault);
    server.offer(failed.release ?? good);
    const from = server.messages().length;
    await Promise.all([runUpdate(machine), failed.meanwhile?.(machine)]);
    const isTold = (message: UpdateMessage) => {
      if (message.kind !== 'event') return false;
      const { type, result, errorCode } = message.event;
      return type === 3 && result === 0 && errorCode === failed.errorCode;
    };
    await server.waitFor(`an error event with code ${failed.errorCode}`, isTold, { from });
  });
  await context.step('the machine is as it was', async () => {
    check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
    check.equal(await state(), before, 'what runs, and the attributes of both slots');
  });
  await context.step('the next update goes through', async () => {
    server.heal();
    await installUpdate(machine, good);
    const { tries, successful } = await slotFlags(machine, 'b');
    check.equal([tries, successful], [1, 0], 'tries and success of USR-B');
  });
}

/**
 * Has a server go on failing, and fails unless the engine asks it more and more seldom: from 45 minutes on
 * twice as long each time, up to 4 hours. Source: flatcar/update_engine, update_check_scheduler.cc.
 */
export async function backsOff(context: SuiteContext, fault: UpdateFault): Promise<void> {
  const machine = context.machine();
  const server = machine.updateServer();
  const waits: number[] = [];
  await context.step('a server that goes on failing is asked more and more seldom', async () => {
    await configureUpdates(machine);
    server.inject(fault);
    for (let failures = 0; failures < 5; failures += 1) {
      waits.push(await nextCheckAfter(machine, () => runUpdate(machine)));
    }
    const [first = 0] = waits;
    check.ok(first < 3600, 'the first wait is the usual one', waits);
    // The engine spreads a wait by up to half of it: four hours are from two to six.
    const last = waits.slice(3);
    const areLong = last.every((seconds) => seconds >= 2 * 3600 && seconds <= 6 * 3600);
    check.ok(areLong, 'the fourth wait and the fifth are about four hours', waits);
  });
  await context.step('until it answers', async () => {
    server.heal();
    const seconds = await nextCheckAfter(machine, () => runUpdate(machine));
    check.ok(seconds < 3600, 'the wait after an answer is the usual one', seconds);
  });
}
