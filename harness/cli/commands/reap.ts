/**
 * `yard reap`: ends the machines and removes the files that dead runs left.
 */

import { tmpdir } from 'node:os';
import { reapPartials } from '../../../images/reference/partials.js';
import { type ReapReport, reap } from '../../../platforms/qemu/reap.js';
import { templatesDirectory } from '../../../platforms/qemu/template/cache-format.js';
import { sharedMemory } from '../../../platforms/qemu/template/memory-place.js';
import { toFailure } from '../../base/errors.js';
import { cacheDirectory } from '../../base/run-dir.js';
import { stateDirectory } from '../open-platform.js';

/** Prints what was ended and removed; exit status 3 when something could not be. */
export async function reapCommand(): Promise<number> {
  const signal = AbortSignal.timeout(60_000);
  const found = await reap({ stateDirectory: stateDirectory(), places: places(), signal });
  const builds = await reapBuilds(signal);
  const report = {
    ...found,
    abandoned: [...found.abandoned, ...builds.removed],
    failures: [...found.failures, ...builds.failures],
  };
  for (const line of describe(report)) process.stdout.write(`${line}\n`);
  return report.failures.length === 0 ? 0 : 3;
}

/** What image builds left that died: gigabytes, of which no state tells. */
async function reapBuilds(signal: AbortSignal) {
  try {
    return { removed: await reapPartials(cacheDirectory(), signal), failures: [] };
  } catch (thrown) {
    return { removed: [], failures: [toFailure(thrown, 'teardown')] };
  }
}

/** Where commands make things that are theirs as long as they live. */
function places(): readonly string[] {
  const cache = cacheDirectory();
  return [tmpdir(), sharedMemory, cache, templatesDirectory(cache)];
}

function describe({ reaped, abandoned, living, failures }: ReapReport): readonly string[] {
  const lines = [
    ...reaped.map(({ cluster, killed, directories }) => {
      return `${cluster}: ended ${killed.length} processes, removed ${directories.length} directories`;
    }),
    ...abandoned.map((path) => `removed ${path}, of a command that is dead`),
    ...living.map(({ cluster, ownerPid }) => `${cluster}: left alone, run by process ${ownerPid}`),
    ...failures.map(({ code, message }) => `not removed: ${message} [${code}]`),
  ];
  return lines.length === 0 ? ['nothing was left'] : lines;
}
