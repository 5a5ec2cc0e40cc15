/**
 * Power cuts in the middle of an update: at no point may the machine be left without a good slot, and
 * after each it can still be updated.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite, type Suite, type SuiteContext } from '../../harness/model/suite.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { settled } from './running.js';
import { type Slot, slotFlags } from './slots.js';
import {
  awaitGood,
  checkForUpdate,
  configureUpdates,
  healthCheckNeeds,
  installUpdate,
  lateHealthCheck,
  mustRun,
  type RunningSystem,
  runningSystem,
  updatable,
  updateNeeds,
} from './updates.js';

/** A suite about one moment. What is updated is the image, to `next`, unless it says otherwise. */
export interface PowerCut {
  readonly id: string;
  readonly summary: string;
  /** Beside F07, which all of them claim. */
  readonly claims?: readonly string[];
  /** The machine is brought to this release first, in slot B, and the update is the one to `next-next`. */
  readonly from?: 'next';
  /** A system that boots stays on its trial: its health is checked late, and it is not marked good. */
  readonly onTrial?: true;
  /** Why the moment can't come on this image; undefined where it can. */
  readonly unless?: (machine: Machine) => Promise<string | undefined>;
  /** Whether the payload comes slowly, so that the machine is still at that point when it is cut. */
  readonly slowly?: true;
  /** Called before the update begins. */
  readonly prepare?: (machine: Machine) => Promise<void>;
  /** Resolves at the moment; the update is under way. */
  readonly reach: (machine: Machine) => Promise<void>;
  /** Whether the new slot may not have become one that can be booted. */
  readonly untouched?: true;
  /** What must run after the cut: the system that was updated, or what it was updated to. */
  readonly boots: 'old' | 'new';
  /** What else must be so when the machine has booted. */
  readonly booted?: (machine: Machine) => Promise<void>;
}

/** Cuts the power at the moment, switches the machine on again, and updates it once more. */
export function powerCutSuite(cut: PowerCut): Suite {
  const { id, summary, claims = [], onTrial } = cut;
  return defineSuite({
    id,
    summary,
    claims: [...claims, 'F07'],
    tags: ['update', 'power', 'slow'],
    applies: { needs: needsOf(cut) },
    topology: updatable(onTrial && { systemd: { units: [lateHealthCheck] } }),
    limits: { runMs: 1_200_000 },
    run: async (context) => {
      const reason = await cut.unless?.(context.machine());
      if (reason !== undefined) return context.skip(reason);
      await survive(context, cut);
    },
  });
}

function needsOf({ from, boots, onTrial }: PowerCut): readonly string[] {
  const second = from !== undefined || boots === 'new' ? ['release:next-next'] : [];
  return [...updateNeeds, 'release:next', ...second, ...(onTrial ? healthCheckNeeds : [])];
}

async function survive(context: SuiteContext, cut: PowerCut): Promise<void> {
  const machine = context.machine();
  const [next, nextNext] = [context.release('next'), () => context.release('next-next')];
  const release = cut.from ? nextNext() : next;
  await context.step('the machine is what it has to be before', async () => {
    await configureUpdates(machine);
    if (cut.from) await bringTo(machine, next, cut);
  });
  const before = await runningSystem(machine);
  const slot = before.slot === 'a' ? 'b' : 'a';
  await context.step('the power fails at that point', async () => {
    await cutDuring(machine, release, cut);
  });
  await context.step('the machine boots a good slot', async () => {
    await machine.start();
    await settled(machine);
    await mustHaveBooted(machine, { slot, release, before, cut });
    await cut.booted?.(machine);
  });
  await context.step('and can still be updated', async () => {
    if (cut.boots === 'old') return await installUpdate(machine, release);
    await awaitGood(machine, slot);
    await installUpdate(machine, cut.from ? next : nextNext());
  });
}

async function bringTo(
  machine: Machine,
  release: UpdateRelease,
  { onTrial }: PowerCut,
): Promise<void> {
  await installUpdate(machine, release);
  await machine.reboot();
  await mustRun(machine, 'b', release);
  if (!onTrial) await awaitGood(machine, 'b');
}

async function cutDuring(machine: Machine, release: UpdateRelease, cut: PowerCut): Promise<void> {
  // What the suite wrote is not what the cut is about.
  await machine.output(['sync']);
  await cut.prepare?.(machine);
  if (cut.slowly) dripTo(machine, release);
  machine.updateServer().offer(release);
  await checkForUpdate(machine);
  await cut.reach(machine);
  await machine.cutPower();
  machine.updateServer().heal();
}

/** How long a payload takes that comes slowly, without what the machine makes of it. */
const slowSeconds = 45;

function dripTo(machine: Machine, { payload }: UpdateRelease): void {
  const bytesPerSecond = Math.ceil(payload.bytes / slowSeconds);
  machine.updateServer().inject({ kind: 'drip', bytesPerSecond });
}

interface Update {
  readonly slot: Slot;
  readonly release: UpdateRelease;
  readonly before: RunningSystem;
  readonly cut: PowerCut;
}

async function mustHaveBooted(machine: Machine, update: Update): Promise<void> {
  const { slot, release, before, cut } = update;
  if (cut.boots === 'new') return await mustRun(machine, slot, release);
  check.equal(await runningSystem(machine), before, 'the running system');
  await mayNotBeChosen(machine, slot, cut);
}

async function mayNotBeChosen(machine: Machine, slot: Slot, cut: PowerCut): Promise<void> {
  const flags = await slotFlags(machine, slot);
  const { priority, tries, successful } = flags;
  const name = `USR-${slot.toUpperCase()}`;
  const isChoice = priority > 0 && (tries > 0 || successful > 0);
  check.ok(!isChoice, `${name} is no slot that a boot may choose`, flags);
  if (cut.untouched) check.equal(priority, 0, `priority of ${name}, which nobody may boot yet`);
}
