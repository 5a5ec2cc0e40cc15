/**
 * Asks this machine what the package plan depends on: its release, its apt sources and which
 * versions apt would install.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parseOsRelease } from '../../../images/os-release.js';
import { type AptSourceFile, parseAptSources } from './apt-sources.js';
import type { PackageHost } from './package-plan.js';

/** Reads files and runs `apt-cache policy`; changes nothing and needs no rights. */
export async function readPackageHost(
  packages: readonly string[],
  signal: AbortSignal,
): Promise<PackageHost> {
  return {
    osRelease: parseOsRelease(await readOptional('/etc/os-release')),
    candidates: await readCandidates(packages, signal),
    sources: parseAptSources(await readSourceFiles('/etc/apt')),
  };
}

async function readSourceFiles(directory: string): Promise<readonly AptSourceFile[]> {
  const parts = join(directory, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const paths = [join(directory, 'sources.list'), ...names.sort().map((name) => join(parts, name))];
  return await Promise.all(paths.map(async (name) => ({ name, text: await readOptional(name) })));
}

async function readOptional(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}

async function readCandidates(
  packages: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { stdout = '' } = await execa('apt-cache', ['policy', ...packages], {
    env: { LC_ALL: 'C' },
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  return parseAptPolicy(stdout);
}

/** The candidates in the output of `apt-cache policy`; packages without one are left out. */
export function parseAptPolicy(output: string): ReadonlyMap<string, string> {
  const blocks = output.matchAll(/^(\S+):\n(?:[ \t].*\n)*?[ \t]+Candidate: (\S+)/gm);
  const candidates = new Map<string, string>();
  for (const [, name = '', version = ''] of blocks) {
    if (version !== '(none)') candidates.set(name, version);
  }
  return candidates;
}
