/**
 * What happens to the command itself: killed at its worst moments, or started twice at once. Machines
 * die with it, the reaper finds the rest, and what was known before is in the log.
 */

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { interruptedMs } from '../../harness/base/deadline.js';
import { isRunning } from '../../harness/base/host-process.js';
import { cacheDirectory } from '../../harness/base/run-dir.js';
import type { RunRecord } from '../../harness/model/record.js';
import { templatesDirectory } from '../../platforms/qemu/template/cache-format.js';
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

async function runsOf(lab: Lab): Promise<readonly string[]> {
  return (await readdir(lab.runs).catch(() => [])).sort();
}

/** What a command has logged, and how many machines and unfinished templates it has. */
interface Sight {
  readonly log: string;
  readonly drafts: number;
  readonly machines: number;
}

/** Of the run that is not among the earlier ones. */
async function look(lab: Lab, earlier: readonly string[]): Promise<Sight> {
  const run = (await runsOf(lab)).find((name) => !earlier.includes(name));
  const file = join(lab.runs, run ?? 'none', 'events.jsonl');
  const log = await readFile(file, 'utf8').catch(() => '');
  return { log, drafts: (await lab.drafts()).length, machines: lab.machines().length };
}

function count({ log }: Sight, kind: string): number {
  return log.split(`"kind":"${kind}"`).length - 1;
}

/** In which the machines of a command that was killed have ended. */
const killedMs = 1_000;

/** Whether the second case is at this point of its life. */
type Moment = (sight: Sight) => boolean;

const inSecondCase: Moment = (sight) => count(sight, 'attempt-started') === 2;

const moments: Readonly<Record<string, Moment>> = {
  provisioning: inSecondCase,
  forking: (sight) => inSecondCase(sight) && sight.machines === 1,
  running: (sight) => count(sight, 'machine-ready') === 2,
  'tearing-down': (sight) => count(sight, 'machine-ready') === 2 && sight.machines === 0,
};

/** The first case's result is in the log, the machines are gone, and the reaper leaves nothing. */
async function killedWhile(lab: Lab, moment: Moment): Promise<Taken> {
  const earlier = await runsOf(lab);
  const command = lab.command(runArgs(lab));
  const reached = lab.until(async () => moment(await look(lab, earlier)), 2);
  await Promise.race([reached, tooLate(command)]);
  const machines = lab.machines();
  process.kill(command.pid, 'SIGKILL');
  const struckMs = performance.now();
  await command.end;
  await lab.until(() => !machines.some(isRunning), 5);
  const tookMs = performance.now() - struckMs;
  mustBeWithin(killedMs, tookMs);
  const statuses = await foldedStatuses(lab);
  const reaped = await lab.command(['reap']).end;
  if (reaped.exitCode !== 0) throw new Error(`the reaper failed: ${reaped.output}`);
  return { seen: statuses.join(', '), tookMs };
}

/** Its memory is in the host's shared memory then, and its disks are half written. */
const templateBoots: Moment = ({ drafts, machines }) => drafts > 0 && machines > 0;

/** A template that somebody died over is no template, and the next command makes it. */
async function killedOverTemplate(lab: Lab): Promise<Taken> {
  await rm(templatesDirectory(cacheDirectory()), { recursive: true, force: true });
  const taken = await killedWhile(lab, templateBoots);
  const { exitCode } = await lab.command(runArgs(lab)).end;
  return { ...taken, seen: `${taken.seen}; exit ${exitCode}` };
}

/** The promise holds on any host: a slow one gets no more time. */
function mustBeWithin(limitMs: number, tookMs: number): void {
  if (tookMs > limitMs) throw new Error(`it took ${Math.round(tookMs)} ms of ${limitMs}`);
}

async function tooLate(command: StartedCommand): Promise<never> {
  const { output } = await command.end;
  throw new Error(`the command ended before it could be killed: ${output.slice(-300)}`);
}

async function foldedStatuses(lab: Lab): Promise<readonly string[]> {
  const newest = (await runsOf(lab)).at(-1) as string;
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
    boundMs: killedMs,
    strike: async (lab) => await killedWhile(lab, moments[moment] as Moment),
  };
}

/** Everything has ended, and the record is written, before the promised time is over. */
async function interrupted(lab: Lab): Promise<Taken> {
  const earlier = await runsOf(lab);
  const command = lab.command(runArgs(lab));
  const reached = lab.until(async () => inSecondCase(await look(lab, earlier)), 2);
  await Promise.race([reached, tooLate(command)]);
  process.kill(command.pid, 'SIGINT');
  const struckMs = performance.now();
  const { exitCode } = await command.end;
  const tookMs = performance.now() - struckMs;
  mustBeWithin(interruptedMs, tookMs);
  if (lab.machines().length > 0) throw new Error('a machine is still there');
  const newest = (await runsOf(lab)).at(-1) as string;
  const text = await readFile(join(lab.runs, newest, 'record.json'), 'utf8');
  const statuses = (JSON.parse(text) as RunRecord).cases.map(({ status }) => status).sort();
  return { seen: [`exit ${exitCode}`, ...statuses].join(', '), tookMs };
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
  {
    id: 'command/interrupted',
    describes: 'SIGINT in the second of two cases: a clean end, and a record that says cancelled.',
    expect: 'exit 130, cancelled, passed',
    boundMs: interruptedMs,
    strike: interrupted,
  },
  ...Object.keys(moments).map(killed),
  {
    id: 'command/killed-over-template',
    describes:
      'kill -9 while the template of the first of two cases boots; then once more, unharmed.',
    expect: 'cancelled, missing; exit 0',
    boundMs: killedMs,
    strike: killedOverTemplate,
  },
];
