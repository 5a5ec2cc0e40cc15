/**
 * `yard reap`: ends the machines and removes the files that dead runs left.
 */

import { type ReapReport, reap } from '../../../platforms/qemu/reap.js';
import { stateDirectory } from '../open-platform.js';

/** Prints what was ended and removed; exit status 3 when something could not be. */
export async function reapCommand(): Promise<number> {
  const signal = AbortSignal.timeout(60_000);
  const report = await reap({ stateDirectory: stateDirectory(), signal });
  for (const line of describe(report)) process.stdout.write(`${line}\n`);
  return report.failures.length === 0 ? 0 : 3;
}

function describe({ reaped, living, failures }: ReapReport): readonly string[] {
  const lines = [
    ...reaped.map(({ cluster, killed, directories }) => {
      return `${cluster}: ended ${killed.length} processes, removed ${directories.length} directories`;
    }),
    ...living.map(({ cluster, ownerPid }) => `${cluster}: left alone, run by process ${ownerPid}`),
    ...failures.map(({ code, message }) => `not removed: ${message} [${code}]`),
  ];
  return lines.length === 0 ? ['nothing was left'] : lines;
}
