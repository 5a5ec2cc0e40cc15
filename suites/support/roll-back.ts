/**
 * Releases that do not hold: the machine must return to the one before by itself, stay there, and say
 * so.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';
import type { UpdateMessage, UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { settled } from './running.js';
import { slotFlags } from './slots.js';
import {
  asksSoon,
  configureUpdates,
  installUpdate,
  mustRun,
  type RunningSystem,
  runningSystem,
  runUpdate,
  updateStatus,
} from './updates.js';

/** Two boots under emulation, and up to a minute before each of them. */
export const rollBackLimits = { runMs: 900_000 };

/** From the reboot into the new release to an answer of the old one: A14 and V09 of the contract. */
export const returnMs = 300_000;

export interface RollBack {
  readonly release: UpdateRelease;
  /** Whether the new release comes as far as a shell before it is given up. */
  readonly comesUp: boolean;
  /** What the console tells of the end of one that does not come up. */
  readonly cause?: RegExp;
  /** How long the way back may take, where the contract's five minutes don't count. */
  readonly withinMs?: number;
  /** Whether the server goes on offering it, which the machine must then refuse by itself. */
  readonly offeredAgain?: true;
}

/** Installs the release and follows the machine until it has settled on the old one. */
export async function returnsByItself(context: SuiteContext, rollBack: RollBack): Promise<void> {
  const machine = context.machine();
  const { release, comesUp } = rollBack;
  const before = await runningSystem(machine);
  const first = machine.console.lines().length;
  await context.step('the release is installed', async () => {
    await configureUpdates(machine);
    await installUpdate(machine, release);
  });
  if (comesUp) {
    await context.step('it comes up, on its one try', async () => {
      await machine.reboot();
      await mustRun(machine, 'b', release);
    });
  }
  await context.step('the machine returns to the release before', async () => {
    const request = comesUp ? { request: 'none' as const } : {};
    const from = machine.console.lines().length;
    await machine.reboot({ timeoutMs: rollBack.withinMs ?? returnMs, ...request });
    await mustBeBack(context, before);
    if (rollBack.cause) consoleTells(machine, { from, cause: rollBack.cause });
  });
  if (rollBack.offeredAgain) await refusesByItself(context, release);
  else {
    await context.step('it tells the server that the update did not hold', async () => {
      await tellsOfRollBack(machine);
    });
  }
  await context.step('and it stays', async () => {
    await machine.reboot();
    await mustBeBack(context, before);
    const boots = machine.console.lines().slice(first).filter(isBootOfB).length;
    check.equal(boots, 1, 'boots of the new release');
  });
}

/** The first words of a kernel, which it says once. */
function isBootOfB(line: string): boolean {
  return /\] Command line: .*vmlinuz-b/.test(line);
}

/** Fails unless the console has said so since that line. */
export function consoleTells(
  machine: Machine,
  { from, cause }: { readonly from: number; readonly cause: RegExp },
): void {
  const lines = machine.console.lines().slice(from);
  check.ok(
    lines.some((line) => cause.test(line)),
    `the console tells of ${cause}`,
    lines.slice(-20),
  );
}

/** Fails unless what ran before the update runs now, and slot B is out of the race. */
async function mustBeBack(context: SuiteContext, before: RunningSystem): Promise<void> {
  const machine = context.machine();
  await settled(machine);
  check.equal(await runningSystem(machine), before, 'the running system');
  const { tries, successful } = await slotFlags(machine, 'b');
  check.equal([tries, successful], [0, 0], 'tries and success of USR-B');
}

/** Error 44, with the first check after the return. Source: omaha_request_action.cc. */
export async function tellsOfRollBack(machine: Machine): Promise<void> {
  machine.updateServer().offer(undefined);
  await runUpdate(machine);
  await mustReport(machine);
}

async function mustReport(machine: Machine): Promise<void> {
  await machine.updateServer().waitFor('an event that tells of the roll-back', (message) => {
    return message.kind === 'event' && message.event.errorCode === 44;
  });
}

/** The offer is still there when the machine asks because it is time, and it takes nothing of it. */
async function refusesByItself(context: SuiteContext, release: UpdateRelease): Promise<void> {
  const machine = context.machine();
  const server = machine.updateServer();
  const downloads = () => server.messages().filter(({ kind }) => kind === 'download').length;
  const before = downloads();
  await context.step('it tells the server that the update did not hold', async () => {
    const wait = await asksSoon(machine);
    await server.waitFor('a check that nobody asked for', isOfferBySchedule(release), {
      timeoutMs: (wait + 60) * 1000,
    });
    await mustReport(machine);
  });
  await context.step('and refuses the release, which it is offered again', async () => {
    const from = server.messages().findIndex(isOfferBySchedule(release));
    const next = await server.waitFor('what it makes of the offer', isVerdict, { from });
    const said = next.kind === 'event' ? next.event : undefined;
    const verdict = [said?.type, said?.result, said?.errorCode];
    check.equal(verdict, [3, 9, 35], 'type, result and code of its event');
    check.equal(downloads(), before, 'downloads');
    check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
  });
}

function isOfferBySchedule({ version }: UpdateRelease) {
  return (message: UpdateMessage) => {
    if (message.kind !== 'check' || message.client.installSource !== 'scheduler') return false;
    return message.version === version;
  };
}

/** An event other than that of the roll-back: the refusal, or the begin of a download. */
function isVerdict(message: UpdateMessage): boolean {
  return message.kind === 'event' && message.event.errorCode !== 44;
}
