/**
 * What a user who is not root needs to build the reference image: its steps run in a user namespace, in
 * which the files of a system have owners of their own. Root needs none of it.
 */

import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import {
  type PreflightCheck,
  type PreflightFinding,
  toolCheck,
} from '../../../platforms/qemu/host-checks.js';

/** Whose rights are looked at; tests have a user of their own. */
export interface BuildingUser {
  readonly name: string;
  readonly uid: number;
  /** Where `subuid` and `subgid` are. */
  readonly directory: string;
}

/** The least that a system's own users need: mmdebstrap refuses to map fewer. */
const leastIds = 65_536;

/** Where shadow gives ranges away from (login.defs(5), SUB_UID_MIN). */
const firstId = 100_000;

/** The checks of this user, cheapest first. */
export function imageBuildChecks(user = thisUser()): readonly PreflightCheck[] {
  if (user.uid === 0) return [];
  return [toolCheck('newuidmap', 'uidmap'), idsCheck(user), namespaceCheck()];
}

function thisUser(): BuildingUser {
  const uid = process.getuid?.() ?? 0;
  return { name: nameOf(uid), uid, directory: '/etc' };
}

/** A container may run as somebody whom its system does not know. */
function nameOf(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return `${uid}`;
  }
}

/** Ranges of ids that are the user's (subuid(5), subgid(5)). */
export function idsCheck(user: BuildingUser): PreflightCheck {
  const check = async (): Promise<PreflightFinding> => {
    const [uids, gids] = [await rangesIn('subuid', user), await rangesIn('subgid', user)];
    if (hasEnough(uids, user) && hasEnough(gids, user)) return { ok: true, finding: 'ids to map' };
    const start = Math.max(firstId, ...[...uids, ...gids].map(({ end }) => end));
    const range = `${start}-${start + leastIds - 1}`;
    return {
      ...{ ok: false, code: 'NO_SUBORDINATE_IDS' },
      finding: `${user.name} has fewer than ${leastIds} ids in /etc/subuid or /etc/subgid`,
      remedy: `run: sudo usermod --add-subuids ${range} --add-subgids ${range} ${user.name}`,
    };
  };
  return { name: 'subordinate-ids', title: 'Ids for image builds', check };
}

interface IdRange {
  readonly owner: string;
  readonly end: number;
  readonly count: number;
}

async function rangesIn(file: string, { directory }: BuildingUser): Promise<readonly IdRange[]> {
  const text = await readFile(join(directory, file), 'utf8').catch(() => '');
  return [...text.matchAll(/^([^:#\n]+):(\d+):(\d+)$/gm)].map(([, owner = '', start, count]) => {
    return { owner, end: Number(start) + Number(count), count: Number(count) };
  });
}

function hasEnough(ranges: readonly IdRange[], { name, uid }: BuildingUser): boolean {
  return ranges.some(({ owner, count }) => {
    return (owner === name || owner === `${uid}`) && count >= leastIds;
  });
}

/** Makes the namespaces of a step, less the mapping of ids, which needs what the other checks ask for. */
const namespaces = ['--map-root-user', '--mount', '--fork', '--pid', 'true'];

/** Whether the kernel lets a user make namespaces. `settings` is where it tells its own. */
export function namespaceCheck(
  makes: () => Promise<boolean> = makesNamespaces,
  settings = '/proc/sys',
): PreflightCheck {
  const check = async (): Promise<PreflightFinding> => {
    if (await makes()) return { ok: true, finding: 'users may make namespaces' };
    const setting = await refusingSetting(settings);
    const allow = setting === undefined ? '' : `allow it with: sudo sysctl -w ${setting}; or `;
    return {
      ...{ ok: false, code: 'NO_USER_NAMESPACES' },
      finding: 'this host lets no user but root make namespaces, in which images are built',
      remedy: `${allow}build the image as root`,
    };
  };
  return { name: 'user-namespaces', title: 'Namespaces for image builds', check };
}

async function makesNamespaces(): Promise<boolean> {
  return (await execa('unshare', namespaces, { reject: false, timeout: 10_000 })).exitCode === 0;
}

/**
 * By which each distribution refuses them, and the value that does not: Ubuntu 24.04, Debian's patch of
 * before 11, and the limit that any kernel has.
 */
const refusals = [
  ['kernel.apparmor_restrict_unprivileged_userns', '1', '0'],
  ['kernel.unprivileged_userns_clone', '0', '1'],
  ['user.max_user_namespaces', '0', '10000'],
] as const;

async function refusingSetting(settings: string): Promise<string | undefined> {
  for (const [name, refuses, allows] of refusals) {
    const text = await readFile(join(settings, ...name.split('.')), 'utf8').catch(() => '');
    if (text.trim() === refuses) return `${name}=${allows}`;
  }
  return undefined;
}
