/**
 * Ends and removes what commands left behind that died without a teardown. Clusters whose command
 * still lives are not touched.
 */

import { basename } from 'node:path';
import { withDeadline } from '../../harness/base/deadline.js';
import { InfrastructureError, toFailure } from '../../harness/base/errors.js';
import {
  hostBootId,
  isRunning,
  type ProcessIdentity,
  signalProcess,
} from '../../harness/base/host-process.js';
import { tempPrefix } from '../../harness/base/owned-name.js';
import { poll } from '../../harness/base/poll.js';
import { removeTree } from '../../harness/base/run-dir.js';
import type { Failure } from '../../harness/model/outcome.js';
import { removeAbandoned } from './abandoned.js';
import { type ClusterStateData, listStates, type StateEntry } from './cluster-state.js';
import { processesIn } from './stray-processes.js';

/** A dead command's cluster that is now gone. */
export interface ReapedCluster {
  readonly cluster: string;
  /** Processes that still ran and were killed. */
  readonly killed: readonly number[];
  readonly directories: readonly string[];
}

/** What {@link reap} did, what it left to its living owner, and what it could not remove. */
export interface ReapReport {
  readonly reaped: readonly ReapedCluster[];
  /** What was of dead processes by its name alone. */
  readonly abandoned: readonly string[];
  readonly living: readonly { readonly cluster: string; readonly ownerPid: number }[];
  readonly failures: readonly Failure[];
}

/** Removes what dead commands left. Never throws for one cluster: see `failures`. */
export async function reap(options: {
  readonly stateDirectory: string;
  /** Directories in which things of dead processes may lie, by names of ours. */
  readonly places?: readonly string[];
  readonly signal: AbortSignal;
}): Promise<ReapReport> {
  const report = {
    reaped: [] as ReapedCluster[],
    abandoned: [] as string[],
    living: [] as { cluster: string; ownerPid: number }[],
    failures: [] as Failure[],
  };
  for (const entry of listStates(options.stateDirectory)) {
    options.signal.throwIfAborted();
    if (entry.data && ownerLives(entry.data)) {
      report.living.push({ cluster: entry.data.cluster, ownerPid: entry.data.owner.pid });
      continue;
    }
    try {
      report.reaped.push(await reapEntry(entry, options.signal));
    } catch (error) {
      report.failures.push(toFailure(error, 'teardown'));
    }
  }
  // Only now: machines of dead commands write there until they are killed.
  const { removed, problems } = await removeAbandoned(options.places ?? []);
  report.abandoned.push(...removed);
  report.failures.push(...problems.map(notRemoved));
  return report;
}

function notRemoved(problem: string): Failure {
  const error = new InfrastructureError('CLEANUP_FAILED', `it can't be removed: ${problem}`);
  return toFailure(error, 'teardown');
}

function ownerLives(state: ClusterStateData): boolean {
  return state.hostBootId === hostBootId() && isRunning(state.owner);
}

async function reapEntry(entry: StateEntry, signal: AbortSignal): Promise<ReapedCluster> {
  if (!entry.data) throw unreadable(entry.file);
  const { cluster, directories } = entry.data;
  const noted = survivors(entry.data);
  await killAll(noted, signal);
  const stray = strays(entry.data);
  await killAll(stray, signal);
  const killed = [...noted, ...stray];
  for (const directory of directories) await removeDirectory(directory);
  await removeTree(entry.file);
  return { cluster, killed: killed.map(({ pid }) => pid), directories };
}

function survivors(state: ClusterStateData): ProcessIdentity[] {
  if (state.hostBootId !== hostBootId()) return [];
  return state.machines.flatMap(({ process }) => (process && isRunning(process) ? [process] : []));
}

/** Those that are not in the state, or had not yet become what it says. */
function strays(state: ClusterStateData): readonly ProcessIdentity[] {
  return state.hostBootId === hostBootId() ? processesIn(state.directories) : [];
}

async function killAll(processes: readonly ProcessIdentity[], signal: AbortSignal): Promise<void> {
  for (const identity of processes) signalProcess(identity, 'SIGKILL');
  const pids = processes.map(({ pid }) => pid).join(', ');
  const leaked = () =>
    new InfrastructureError('PROCESS_LEAKED', `QEMU ${pids} did not end within 5 s of SIGKILL`);
  using deadline = withDeadline(signal, 5_000, leaked);
  const gone = () => (processes.some(isRunning) ? undefined : true);
  await poll(gone, { signal: deadline.signal, intervalMs: 20 });
}

/** A damaged state file must not be able to name somebody's home directory. */
async function removeDirectory(directory: string): Promise<void> {
  if (basename(directory).startsWith(`${tempPrefix}-`)) return await removeTree(directory);
  const message = `${directory} is not a directory of ours; look at it and remove it by hand`;
  throw new InfrastructureError('CLEANUP_FAILED', message);
}

function unreadable(file: string): InfrastructureError {
  const message = `state file ${file} can't be understood; check for QEMU processes, then remove it`;
  return new InfrastructureError('CLEANUP_FAILED', message);
}
