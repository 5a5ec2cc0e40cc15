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
import { isRoot, mountsApart } from './toolbox.js';

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

/** Folders of /usr/share that stay empty. */
const excluded = 'man doc locale info';

/**
 * dpkg is told of them by a file of its own: with an option, mmdebstrap would read the first packages
 * through a filter that takes ten times as long as all else that it does to them, so these bring theirs.
 */
const excluding = [
  `--setup-hook=mkdir -p "$1/etc/dpkg/dpkg.cfg.d"; for name in ${excluded}; do
     echo "path-exclude=/usr/share/$name/*"; done > "$1/etc/dpkg/dpkg.cfg.d/99excluded"`,
  `--customize-hook=for name in ${excluded}; do find "$1/usr/share/$name" -mindepth 1 -delete; done`,
];

/** How both trees are made, whatever is in them. */
const options: readonly string[] = [
  '--variant=apt',
  '--format=directory',
  '--aptopt=APT::Install-Recommends "false"',
  '--dpkgopt=force-unsafe-io',
  ...excluding,
  ...['--skip=download/empty', '--skip=essential/unlink', '--skip=cleanup/apt/cache'],
];

/** Where the trees of these packages are in the builder's directory, made or not. */
export function treesIn(directory: string, hookDigest: string): Trees {
  const osKey = shortDigest(debianSuite, options, osPackages, hookDigest);
  const toolboxKey = shortDigest(debianSuite, options, toolboxPackages, hookDigest);
  const os = join(directory, `os-${osKey}`);
  const toolbox = join(directory, `toolbox-${toolboxKey}`);
  return { os, toolbox, key: shortDigest(osKey, toolboxKey) };
}

/** What is made with the tools while the operating system is still being installed. */
export type WithToolbox = (toolbox: string, signal: AbortSignal) => Promise<void>;

/**
 * Builds what is not cached, side by side, for one tree keeps no more than one processor busy; the first
 * that fails ends the others. The first call downloads about 250 MiB of packages.
 */
export async function ensureTrees(
  context: TreeContext,
  hookDigest: string,
  withToolbox: WithToolbox,
): Promise<Trees> {
  const trees = treesIn(context.directory, hookDigest);
  using failed = linkedController(context.signal);
  const { signal } = failed;
  const ensure = async (path: string, packages: readonly string[], hook: string) =>
    await ensureTree({ ...context, signal }, { path, packages, hooks: [hookOf(context, hook)] });
  const toolbox = ensure(trees.toolbox, toolboxPackages, 'toolbox-hook.sh');
  const all = [
    toolbox.then(async () => await withToolbox(trees.toolbox, signal)),
    ensure(trees.os, osPackages, 'os-hook.sh'),
  ];
  await Promise.all(all.map(async (one) => await one.catch(failed.abort)));
  signal.throwIfAborted();
  return trees;
}

function hookOf({ source }: TreeContext, script: string): string {
  return `--customize-hook=sh ${quote(join(source, 'steps', script))} "$1"`;
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

const archives = '/var/cache/apt/archives';

/** What mmdebstrap is told of a tree. The package cache goes in before and comes out after. */
export function treeArguments(
  { packages, hooks }: TreeHooks,
  cache: string,
  sharing: PackageSharing = isRoot() ? linked : copied,
): readonly string[] {
  return [
    ...options,
    `--setup-hook=mkdir -p "$1${archives}"`,
    `--setup-hook=${sharing.in(quote(cache))}`,
    ...hooks,
    `--customize-hook=${sharing.out(quote(cache))}`,
    `--customize-hook=rm -rf "$1${archives}"/*.deb`,
    '--customize-hook=mkdir -p "$1/os" "$1/agent" "$1/stage" "$1/source" "$1/settings" "$1/out" "$1/work"',
    `--include=${packages.join(',')}`,
  ];
}

/** How package files get from the cache, a word of a hook, into a tree, and from there into the cache. */
export interface PackageSharing {
  readonly in: (cache: string) => string;
  readonly out: (cache: string) => string;
}

/** As mmdebstrap's manual shows for sync-in, whatever users its processes may be mapped to. */
export const copied: PackageSharing = {
  in: (cache) => `sync-in ${cache} ${archives}`,
  out: (cache) => `sync-out ${archives} ${cache}`,
};

/** Half a gigabyte need not be copied where links can be made; what is there already is refused. */
export const linked: PackageSharing = {
  in: (cache) => `find ${cache} -maxdepth 1 -name '*.deb' -exec cp -l -t "$1${archives}" {} +`,
  out: (cache) => `ln -t ${cache} "$1${archives}"/*.deb 2>/dev/null || :`,
};

/** A path in a hook, which a shell, or mmdebstrap in the manner of one, takes apart at blanks. */
function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
