/**
 * Power cuts in the middle of an update: at no point may the machine be left without a good slot, and
 * after each it can still be updated.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext, SuiteLimits } from '../../harness/model/suite.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { settled } from './running.js';
import { type Slot, slotFlags } from './slots.js';
import {
  awaitGood,
  checkForUpdate,
  configureUpdates,
  installMs,
  installUpdate,
  mustRun,
  type RunningSystem,
  runningSystem,
  type UpdateState,
  updateNeeds,
} from './updates.js';

export const powerCutNeeds: readonly string[] = [...updateNeeds, 'release:next'];
/** What points need after which the new release boots: the one after it. */
export const newBootsNeeds: readonly string[] = [...powerCutNeeds, 'release:next-next'];
export const powerCutLimits: Partial<SuiteLimits> = { runMs: 1_200_000 };

/** A moment of an update. */
export interface CutPoint {
  /** Which release the machine gets. Default `next`. */
  readonly release?: string;
  /** Called before the update is offered, and before any cut: how the machine comes to be what it is. */
  readonly begin?: (machine: Machine) => Promise<void>;
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
  /** Which release the new one must still take. Default `next-next`. */
  readonly afterwards?: string;
}

/** How long a payload takes that comes slowly, without what the machine makes of it. */
const slowSeconds = 45;

/**
 * Cuts the power at the point, switches the machine on again, and updates it: to the release, or from
 * that to another one.
 */
export async function survivesPowerCut(context: SuiteContext, point: CutPoint): Promise<void> {
  const machine = context.machine();
  const release = context.release(point.release ?? 'next');
  await context.step('the machine is what it has to be before', async () => {
    await configureUpdates(machine);
    await point.begin?.(machine);
  });
  const before = await runningSystem(machine);
  const slot = before.slot === 'a' ? 'b' : 'a';
  await context.step('the power fails at that point', async () => {
    // What the suite wrote is not what the cut is about.
    await machine.output(['sync']);
    await point.prepare?.(machine);
    if (point.slowly) dripTo(machine, release);
    machine.updateServer().offer(release);
    await checkForUpdate(machine);
    await point.reach(machine);
    await machine.cutPower();
    machine.updateServer().heal();
  });
  await context.step('the machine boots a good slot', async () => {
    await machine.start();
    await settled(machine);
    await mustHaveBooted(machine, { slot, release, before, point });
    await point.booted?.(machine);
  });
  await context.step('and can still be updated', async () => {
    if (point.boots === 'old') return await installUpdate(machine, release);
    await awaitGood(machine, slot);
    await installUpdate(machine, context.release(point.afterwards ?? 'next-next'));
  });
}

function dripTo(machine: Machine, { payload }: UpdateRelease): void {
  const bytesPerSecond = Math.ceil(payload.bytes / slowSeconds);
  machine.updateServer().inject({ kind: 'drip', bytesPerSecond });
}

interface Update {
  readonly slot: Slot;
  readonly release: UpdateRelease;
  readonly before: RunningSystem;
  readonly point: CutPoint;
}

async function mustHaveBooted(machine: Machine, update: Update): Promise<void> {
  const { slot, release, before, point } = update;
  if (point.boots === 'new') return await mustRun(machine, slot, release);
  check.equal(await runningSystem(machine), before, 'the running system');
  await mayNotBeChosen(machine, slot, point);
}

async function mayNotBeChosen(machine: Machine, slot: Slot, point: CutPoint): Promise<void> {
  const flags = await slotFlags(machine, slot);
  const { priority, tries, successful } = flags;
  const name = `USR-${slot.toUpperCase()}`;
  const isChoice = priority > 0 && (tries > 0 || successful > 0);
  check.ok(!isChoice, `${name} is no slot that a boot may choose`, flags);
  if (point.untouched) check.equal(priority, 0, `priority of ${name}, which nobody may boot yet`);
}

/** Brings the machine to a release, which is then on its trial. */
export async function bringTo(machine: Machine, release: UpdateRelease): Promise<void> {
  await installUpdate(machine, release);
  await machine.reboot();
  await mustRun(machine, 'b', release);
}

/** The server has heard this event, `TYPE/RESULT`. */
export async function reachEvent(machine: Machine, event: string): Promise<void> {
  const server = machine.updateServer();
  await server.waitFor(
    `event ${event}`,
    (message) =>
      message.kind === 'event' && `${message.event.type}/${message.event.result}` === event,
    { timeoutMs: installMs },
  );
}

/**
 * So much of the download is done, and it goes on, as the update engine tells it; a fraction. The payload
 * has to come slowly: what is done by the time that the answer is here must be little more.
 */
export async function reachProgress(machine: Machine, fraction: number): Promise<void> {
  // Both are of one answer. PROGRESS has six digits after its point: it is compared in millionths.
  const script = `while :; do
  status=$(update_engine_client -status 2>/dev/null)
  state=$(echo "$status" | sed -n 's/^CURRENT_OP=UPDATE_STATUS_//p')
  at=$(echo "$status" | sed -n 's/^PROGRESS=//p' | tr -d .)
  case $state in FINALIZING|VERIFYING|UPDATED_NEED_REBOOT) echo "$status"; exit 1 ;; esac
  [ "$state" != DOWNLOADING ] || [ "\${at:-0}" -lt ${Math.round(fraction * 1e6)} ] || exit 0
  sleep 0.1
done`;
  const result = await machine.sh(script, { timeoutMs: installMs });
  check.succeeds(result, `a download of which ${fraction} is done`);
}

/**
 * No request to the update server leaves the machine any more; what it is being sent goes on coming. Only
 * what a program has just written is pushed (RFC 9293), and a machine that downloads writes nothing.
 */
export async function muteRequests(machine: Machine): Promise<void> {
  const { hostname } = new URL(machine.updateServer().url);
  const rule = `OUTPUT -p tcp -d ${hostname} --tcp-flags PSH PSH -j DROP`;
  const argv = ['iptables', '-w', '-A', ...rule.split(' ')] as const;
  await machine.output(argv, { sudo: true });
}

/** The update engine is in this state; it must not come to rest before. */
export async function reachState(machine: Machine, state: UpdateState): Promise<void> {
  const script = `while :; do
  status=$(update_engine_client -status 2>/dev/null)
  at=$(echo "$status" | sed -n 's/^CURRENT_OP=UPDATE_STATUS_//p')
  case $at in ${state}) exit 0 ;; IDLE|UPDATED_NEED_REBOOT) echo "$status"; exit 1 ;; esac
  sleep 0.1
done`;
  const result = await machine.sh(script, { timeoutMs: installMs });
  check.succeeds(result, `the update engine comes to ${state}`);
}

/** A file has come to be. */
export async function reachFile(machine: Machine, path: string): Promise<void> {
  const script = `until [ -e "$(echo ${path})" ]; do sleep 0.05; done`;
  check.succeeds(await machine.sh(script, { sudo: true, timeoutMs: installMs }), `file ${path}`);
}

const stopped = '/run/stopped-at-cgpt';

/**
 * Has the change of the slots' attributes stop for good, before or after the real program did what the
 * arguments say; {@link reachStoppedCgpt} waits for that. Nothing is written to the disk that the machine
 * has not written by itself. The pattern is the shell's, of the arguments and then the device that the
 * last of them leads to: `add -S1 LINK -> /dev/vda3`.
 */
export async function stopCgpt(
  machine: Machine,
  when: 'before' | 'after',
  call: string,
): Promise<void> {
  const stop = `for last; do :; done
case "$* -> $(readlink -f "$last")" in ${call}) touch ${stopped}; exec sleep infinity ;; esac`;
  const body = when === 'before' ? `${stop}\n${real} "$@"` : `${real} "$@" || exit\n${stop}`;
  await replace(machine, '/usr/bin/cgpt', body);
}

const real = '/run/real/cgpt';

/** Puts a script in place of a program, which is at `real` from then on. */
async function replace(machine: Machine, program: string, body: string): Promise<void> {
  await machine.writeFile('/var/tmp/cgpt', `#!/bin/sh\n${body}\n`, { mode: '0755' });
  const script = `mkdir -p /run/real
cp ${program} ${real}
mount --bind /var/tmp/cgpt ${program}`;
  check.succeeds(await machine.sh(script, { sudo: true }), `putting a stop into ${program}`);
}

/** What changes one slot at a time, where `cgpt` of the image is a script around it. */
const innerCgpt = '/usr/lib/switchyard/cgpt';

/** Whether the order of the slots is changed in several writes. */
export async function ordersInSteps(machine: Machine): Promise<boolean> {
  return (await machine.exec(['test', '-x', innerCgpt])).status === 0;
}

/**
 * Has `cgpt prioritize` of the slot with this number stop for good when it has changed the first slot of
 * those that it changes; {@link reachStoppedCgpt} waits for that.
 */
export async function stopInPrioritize(machine: Machine, slot: number): Promise<void> {
  const body = `${real} "$@" || exit
by=$(tr '\\0' '\\n' < /proc/$PPID/cmdline)
case "$1 $(echo $by) -> $(readlink -f "$(echo "$by" | tail -n 1)")" in
  "add "*" prioritize "*${slot}) touch ${stopped}; exec sleep infinity ;;
esac`;
  await replace(machine, innerCgpt, body);
}

export async function reachStoppedCgpt(machine: Machine): Promise<void> {
  await reachFile(machine, stopped);
}

/** The machine is told to reboot, and its console shows this line of the next boot. */
export async function rebootInto(machine: Machine, line: RegExp): Promise<void> {
  const from = machine.console.lines().length;
  await machine.output(['systemctl', 'reboot', '--no-block'], { sudo: true });
  await machine.console.waitFor(/Linux version/, { timeoutMs: 120_000, from });
  await machine.console.waitFor(line, { timeoutMs: 120_000, from });
}
