/**
 * The package trees: one root file system with the operating system, one with the build tools. Both
 * come from mmdebstrap, are kept in the cache under a digest of their package lists and options, and
 * share a cache of package files.
 */

import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { linkedController } from '../../harness/base/deadline.js';
import { shortDigest } from './build-options.js';
import { debianSuite, osPackages, toolboxPackages } from './packages.js';
import { partialOf, withPartials } from './partials.js';
import { runCommand } from './run-command.js';
import { mountsApart } from './toolbox.js';

/** Where the trees of a build are. */
export interface Trees {
  readonly os: string;
  readonly toolbox: string;
  /** Digest that changes with either tree's package list. */
  readonly key: string;
}

/** What building a tree needs to know. */
export interface TreeContext {
  /** The builder's own directory in the cache. */
  readonly directory: string;
  /** The builder's sources. */
  readonly source: string;
  readonly mirror: string | undefined;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const excluded = [
  '/usr/share/man/*',
  '/usr/share/doc/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
];

/** How both trees are made, whatever is in them. */
const options: readonly string[] = [
  '--variant=apt',
  '--format=directory',
  '--aptopt=APT::Install-Recommends "false"',
  '--dpkgopt=force-unsafe-io',
  ...excluded.map((path) => `--dpkgopt=path-exclude=${path}`),
  ...['--skip=download/empty', '--skip=essential/unlink', '--skip=cleanup/apt/cache'],
];

/** Where the trees of these packages are in the builder's directory, made or not. */
export function treesIn(directory: string, hookDigest: string): Trees {
  const osKey = shortDigest(debianSuite, options, osPackages, hookDigest);
  const toolboxKey = shortDigest(debianSuite, options, toolboxPackages);
  const os = join(directory, `os-${osKey}`);
  const toolbox = join(directory, `toolbox-${toolboxKey}`);
  return { os, toolbox, key: shortDigest(osKey, toolboxKey) };
}

/** Builds what is not cached. The first call downloads about 250 MiB of packages. */
export async function ensureTrees(context: TreeContext, hookDigest: string): Promise<Trees> {
  const trees = treesIn(context.directory, hookDigest);
  const { os, toolbox } = trees;
  const hook = join(context.source, 'steps', 'os-hook.sh');
  const hooks = [`--customize-hook=sh ${quote(hook)} "$1"`];
  await ensureAll(context, [
    { path: toolbox, packages: toolboxPackages, hooks: [] },
    { path: os, packages: osPackages, hooks },
  ]);
  return trees;
}

/** Side by side, for one keeps no more than one processor busy; the first that fails ends the other. */
async function ensureAll(context: TreeContext, requests: readonly TreeRequest[]): Promise<void> {
  using failed = linkedController(context.signal);
  const { signal } = failed;
  const ensure = async (request: TreeRequest) =>
    await ensureTree({ ...context, signal }, request).catch(failed.abort);
  await Promise.all(requests.map(ensure));
  signal.throwIfAborted();
}

/** What is installed, and what is done to it. */
export interface TreeHooks {
  readonly packages: readonly string[];
  readonly hooks: readonly string[];
}

interface TreeRequest extends TreeHooks {
  readonly path: string;
}

async function ensureTree(context: TreeContext, request: TreeRequest): Promise<void> {
  if (existsSync(request.path)) return;
  const packages = join(context.directory, 'packages');
  const partial = partialOf(request.path);
  await mkdir(packages, { recursive: true });
  context.log(`installing ${request.packages.length} packages and what they need`);
  const { signal } = context;
  const tree = [debianSuite, partial, ...mirrors(context)];
  await withPartials([partial], async () => {
    await runCommand({
      within: mountsApart(),
      argv: ['mmdebstrap', ...treeArguments(request, packages), ...tree],
      logFile: `${request.path}.log`,
      signal,
    });
    await rename(partial, request.path);
  });
}

function mirrors({ mirror }: TreeContext): readonly string[] {
  return mirror === undefined ? [] : [mirror];
}

/**
 * What mmdebstrap is told of a tree. The package cache goes in before and comes out after, as its manual
 * shows for sync-in.
 */
export function treeArguments({ packages, hooks }: TreeHooks, cache: string): readonly string[] {
  const archives = '/var/cache/apt/archives';
  return [
    ...options,
    `--setup-hook=mkdir -p "$1${archives}"`,
    `--setup-hook=sync-in ${quote(cache)} ${archives}`,
    ...hooks,
    `--customize-hook=sync-out ${archives} ${quote(cache)}`,
    `--customize-hook=rm -rf "$1${archives}"/*.deb`,
    '--customize-hook=mkdir -p "$1/os" "$1/stage" "$1/source" "$1/settings" "$1/out" "$1/work"',
    `--include=${packages.join(',')}`,
  ];
}

/** A path in a hook, which a shell, or mmdebstrap in the manner of one, takes apart at blanks. */
function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
