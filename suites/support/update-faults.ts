/**
 * What every failed update must come to: the reason is reported, the machine is as it was, and the
 * next good update goes through.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite, type Suite, type SuiteContext } from '../../harness/model/suite.js';
import type { UpdateFault, UpdateMessage, UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { type SlotFlags, slotFlags, slotNumber, systemDisk } from './slots.js';
import { seenStates, watchStates } from './states.js';
import {
  awaitGood,
  configureUpdates,
  installUpdate,
  nextCheckAfter,
  runningSystem,
  runUpdate,
  updatable,
  updateNeeds,
  updateStatus,
} from './updates.js';

/** How an update goes wrong, and as what the update engine reports it. */
export interface FailedUpdate {
  readonly id: string;
  /** What happens, as the first half of a sentence. */
  readonly cause: string;
  readonly claims: readonly string[];
  /** The release that is offered while it goes wrong. Default the good one. */
  readonly offers?: string;
  /** It may depend on the release that is offered. */
  readonly fault?: UpdateFault | ((offered: UpdateRelease) => UpdateFault);
  /** What happens on the machine while it is updated. */
  readonly meanwhile?: (machine: Machine) => Promise<void>;
  /**
   * Several where it depends on how the payload is packed. Source: flatcar/update_engine,
   * action_processor.h. HTTP statuses of checks count from 2000; those of payloads are all 9.
   */
  readonly errorCode: number | readonly number[];
  /** What the suite looks at before. */
  readonly before?: (context: SuiteContext) => Promise<void>;
  /** Default 480,000. */
  readonly runMs?: number;
}

/** Has an update fail, then lets another one through. */
export function failedUpdateSuite(failed: FailedUpdate): Suite {
  const { id, cause, claims, offers, before, runMs = 480_000 } = failed;
  const bad = offers === undefined ? [] : [`release:${offers}`];
  return defineSuite({
    id,
    summary: `${cause}: the update fails, the machine does not, and the next update goes through.`,
    claims,
    tags: ['update', 'faults'],
    applies: { needs: [...updateNeeds, 'release:next', ...bad] },
    topology: updatable(),
    limits: { runMs },
    run: async (context) => {
      await before?.(context);
      await failAndRecover(context, failed);
    },
  });
}

async function failAndRecover(context: SuiteContext, failed: FailedUpdate): Promise<void> {
  const machine = context.machine();
  const good = context.release('next');
  const server = machine.updateServer();
  const state = async () => ({
    running: await runningSystem(machine),
    a: await slotFlags(machine, 'a'),
    b: await slotFlags(machine, 'b'),
  });
  await awaitGood(machine, 'a');
  await giveFlags(machine);
  const before = await state();
  const from = server.messages().length;
  await context.step('the update fails, and the server is told why', async () => {
    await configureUpdates(machine);
    offerBadly(context, failed);
    await Promise.all([runUpdate(machine), failed.meanwhile?.(machine)]);
    await mustTell(machine, failed, from);
  });
  await context.step('the machine is as it was', async () => {
    check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
    const { b, ...after } = await state();
    check.equal(
      after,
      { running: before.running, a: before.a },
      'what runs, and the attributes of its slot',
    );
    const written = server.messages().slice(from).some(isPartOfPayload);
    mustNotBeBetter(b, before.b, written);
  });
  await context.step('the next update goes through', async () => {
    server.heal();
    await installUpdate(machine, good);
    const { tries, successful } = await slotFlags(machine, 'b');
    check.equal([tries, successful], [1, 0], 'tries and success of USR-B');
  });
}

function offerBadly(context: SuiteContext, { offers = 'next', fault }: FailedUpdate): void {
  const server = context.machine().updateServer();
  const release = context.release(offers);
  if (fault) server.inject(typeof fault === 'function' ? fault(release) : fault);
  server.offer(release);
}

/** The flags that USR-B has after the second update of a machine's life: good, and second in line. */
async function giveFlags(machine: Machine): Promise<void> {
  const disk = await systemDisk(machine);
  const add = ['cgpt', 'add', '-i', `${slotNumber.b}`, '-S1', '-T0', '-P1', disk] as const;
  await machine.output(add, { sudo: true });
  await machine.output(['cgpt', 'prioritize', '-i', `${slotNumber.a}`, disk], { sudo: true });
}

async function mustTell(machine: Machine, failed: FailedUpdate, from: number): Promise<void> {
  const codes = [failed.errorCode].flat();
  const isTold = (message: UpdateMessage) => {
    if (message.kind !== 'event') return false;
    const { type, result, errorCode = 0 } = message.event;
    return type === 3 && result === 0 && codes.includes(errorCode);
  };
  const what = `an error event with code ${codes.join(' or ')}`;
  await machine.updateServer().waitFor(what, isTold, { from });
}

function isPartOfPayload(message: UpdateMessage): boolean {
  return message.kind === 'download' && message.sent > 0;
}

/**
 * A slot that was not written keeps its flags. One that was may keep them, as with Flatcar's engine,
 * which touches them last; or it may have lost them all, as it holds nothing that can be booted.
 */
function mustNotBeBetter(after: SlotFlags, before: SlotFlags, written: boolean): void {
  const none: SlotFlags = { priority: 0, tries: 0, successful: 0 };
  const isNone = Object.values(after).every((value) => value === 0);
  check.equal(after, written && isNone ? none : before, 'attributes of USR-B');
}

/**
 * Has a server go on failing, and fails unless the engine asks it more and more seldom: from 45 minutes on
 * twice as long each time, up to 4 hours. Source: flatcar/update_engine, update_check_scheduler.cc.
 */
export async function backsOff(context: SuiteContext, fault: UpdateFault): Promise<void> {
  const machine = context.machine();
  const server = machine.updateServer();
  const waits: number[] = [];
  await context.step('the engine says that it reports an error, and is idle again', async () => {
    await configureUpdates(machine);
    await machine.waitForUnit('update-engine.service', 'active', { timeoutMs: 120_000 });
    await watchStates(machine);
    server.inject({ ...fault, times: 1 });
    await runUpdate(machine);
    const { states } = await seenStates(machine, 'IDLE');
    const expected = ['CHECKING_FOR_UPDATE', 'REPORTING_ERROR_EVENT', 'IDLE'];
    check.equal(states, expected, 'states that were told');
    server.heal();
    // An answer ends the series, so that the next failure is the first one again.
    await runUpdate(machine);
  });
  await context.step('a server that goes on failing is asked more and more seldom', async () => {
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
