/**
 * What happens to the command itself: killed at its worst moments, or started twice at once. Machines
 * die with it, the reaper finds the rest, and what was known before is in the log.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../../platforms/qemu/host-process.js';
import { foldRun } from '../../results/fold.js';
import { readEventLog } from '../../results/read-event-log.js';
import type { Fault, Taken } from './fault.js';
import type { Lab, StartedCommand } from './lab.js';

/** Forks of one template, in this order. */
const suites = ['identity/os-release', 'verity/table-active'];

const runArgs = (lab: Lab) => [
  'run',
  ...suites,
  '--jobs',
  '1',
  '--seed',
  '1',
  '--plain',
  '--runs',
  lab.runs,
];

async function logOf(lab: Lab): Promise<string> {
  const runs = (await readdir(lab.runs).catch(() => [])).sort();
  const newest = runs.at(-1);
  if (newest === undefined) return '';
  return await readFile(join(lab.runs, newest, 'events.jsonl'), 'utf8').catch(() => '');
}

async function events(lab: Lab, kind: string): Promise<number> {
  return (await logOf(lab)).split(`"kind":"${kind}"`).length - 1;
}

/** Whether the second case is at this point of its life. */
type Moment = (lab: Lab) => Promise<boolean>;

const inSecondCase: Moment = async (lab) => (await events(lab, 'attempt-started')) === 2;

const moments: Readonly<Record<string, Moment>> = {
  provisioning: inSecondCase,
  forking: async (lab) => (await inSecondCase(lab)) && lab.machines().length === 1,
  running: async (lab) => (await events(lab, 'machine-ready')) === 2,
  'tearing-down': async (lab) =>
    (await events(lab, 'machine-ready')) === 2 && lab.machines().length === 0,
};

/** The first case's result is in the log, the machines are gone, and the reaper leaves nothing. */
async function killedWhile(lab: Lab, moment: Moment): Promise<Taken> {
  const command = lab.command(runArgs(lab));
  await Promise.race([lab.until(async () => await moment(lab), 2), tooLate(command)]);
  const machines = lab.machines();
  process.kill(command.pid, 'SIGKILL');
  const struckMs = performance.now();
  await command.end;
  await lab.until(() => !machines.some(isRunning), 5);
  const tookMs = performance.now() - struckMs;
  const statuses = await foldedStatuses(lab);
  const reaped = await lab.command(['reap']).end;
  if (reaped.exitCode !== 0) throw new Error(`the reaper failed: ${reaped.output}`);
  return { seen: statuses.join(', '), tookMs };
}

async function tooLate(command: StartedCommand): Promise<never> {
  const { output } = await command.end;
  throw new Error(`the command ended before it could be killed: ${output.slice(-300)}`);
}

async function foldedStatuses(lab: Lab): Promise<readonly string[]> {
  const newest = (await readdir(lab.runs)).sort().at(-1) as string;
  const { events: logged, notes } = await readEventLog(join(lab.runs, newest, 'events.jsonl'));
  return foldRun(logged, notes)
    .cases.map(({ status }) => status)
    .sort();
}

function killed(moment: string): Fault {
  return {
    id: `command/killed-${moment}`,
    describes: `kill -9 of the command while it is ${moment} the second of two cases.`,
    expect: 'cancelled, passed',
    boundMs: 1_000,
    strike: async (lab) => await killedWhile(lab, moments[moment] as Moment),
  };
}

async function twoAtOnce(lab: Lab): Promise<Taken> {
  const startedMs = performance.now();
  const commands = [lab.command(runArgs(lab)), lab.command(runArgs(lab))];
  const ends = await Promise.all(commands.map(async ({ end }) => await end));
  const tookMs = performance.now() - startedMs;
  return { seen: ends.map(({ exitCode }) => `exit ${exitCode}`).join(', '), tookMs };
}

export const commandFaults: readonly Fault[] = [
  {
    id: 'command/two-at-once',
    describes: 'Two commands need the same templates at once: one makes them, both pass.',
    expect: 'exit 0, exit 0',
    boundMs: 240_000,
    strike: twoAtOnce,
  },
  ...Object.keys(moments).map(killed),
];
