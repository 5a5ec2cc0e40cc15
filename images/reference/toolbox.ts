/**
 * Runs a build step inside the toolbox tree, in namespaces of its own, so that the host needs no build
 * tools, and nothing stays mounted or goes on running. Without root it runs in a user namespace.
 */

import { join } from 'node:path';
import { runCommand } from './run-command.js';

/** A step: a script below the sources and the directories it sees, by mount point. */
export interface ToolboxStep {
  readonly toolbox: string;
  readonly script: string;
  /** Mount point in the toolbox to directory on the host. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

// A container hides parts of /proc, and its users may then mount no other one: the host's will do.
const enter = `set -e
root=$1 script=$2; shift 2
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
while [ $# -gt 0 ]; do mount --bind "$2" "$root/$1"; shift 2; done
exec chroot "$root" /bin/sh "$script"`;

/** Runs the script to its end. Throws BUILD_FAILED (infrastructure). */
export async function runInToolbox(step: ToolboxStep): Promise<void> {
  const mounts = Object.entries(step.mounts).flat();
  const script = join('/source', step.script);
  await runCommand({
    within: namespace(),
    argv: ['sh', '-c', enter, 'enter', step.toolbox, script, ...mounts],
    logFile: step.logFile,
    signal: step.signal,
  });
}

/** Removes directories whose files may belong to mapped users. */
export async function removeBuilt(
  paths: string | readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const argv = ['rm', '-rf', '--one-file-system', ...[paths].flat()] as const;
  await runCommand({ within: namespace(), argv, logFile: '/dev/null', signal });
}

function namespace(): readonly string[] {
  const mapping = isRoot() ? [] : ['--map-root-user', '--map-auto'];
  // The kernel ends a process namespace with its first process, also who has left our group.
  const processes = ['--fork', '--pid', '--kill-child=KILL'];
  return [...ownMounts, ...processes, ...mapping];
}

/**
 * Where root runs what mounts by itself. Once it is killed, nobody sees its mounts any more; what stayed
 * mounted in a tree could not be removed with it. For others, who can't mount, it makes a place itself.
 */
export function mountsApart(): readonly string[] {
  return isRoot() ? ownMounts : [];
}

const ownMounts = ['unshare', '--mount', '--propagation', 'private'];

/** Whether this process may mount, and link to whatever it sees. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
