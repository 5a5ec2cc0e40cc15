/**
 * A description of a machine's state, line by line, for comparing two machines or two moments. What
 * must differ between machines is left out: ids, keys, and the times at which things were done.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';

/** The parts of a manifest, by the shell that prints them as sorted lines. All run as root. */
const parts = {
  'files of /etc': `cd /etc
    find . -mindepth 1 ! -type f -printf '%P %y %m %U:%G %l\\n'
    find . -type f -printf '%P %y %m %U:%G\\n'
    find . -type f -exec sha256sum {} +`,
  // Transient units belong to sessions, not to the system.
  units: `systemctl list-unit-files --no-legend --no-pager --plain | sed -E '/ transient( |$)/d'`,
  users: 'getent passwd; cut -d: -f1,2 /etc/shadow',
  groups: 'getent group',
  partitions:
    'lsblk --noheadings --pairs --bytes -o PARTN,PARTLABEL,PARTTYPE,PARTUUID,SIZE,FSTYPE,LABEL,TYPE',
  extensions: 'ls -1 /etc/extensions /var/lib/extensions 2>/dev/null || true',
} as const;

/** Files of /etc that are a machine's own, with the reason. */
const ownFiles: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /^machine-id$/, reason: 'the id of the machine' },
  { path: /^ssh\/ssh_host_\w+_key(?:\.pub)?$/, reason: 'the keys of the machine' },
  { path: /^iscsi\/initiatorname\.iscsi$/, reason: 'made of a random id' },
  { path: /^\.ignition-result\.json$/, reason: 'has the boot id and the time' },
  { path: /^\.updated$/, reason: 'has the time of the first boot' },
  { path: /^shadow-?$/, reason: 'has the day of the last change; the rest is compared as users' },
];

export type Manifest = Readonly<Record<keyof typeof parts, readonly string[]>>;

/** The names of the parts, in the order in which they are compared. */
export const manifestParts = Object.keys(parts) as readonly (keyof typeof parts)[];

/** Lines as `PATH TYPE MODE …` or, from sha256sum, `HASH  ./PATH`. */
function isOwnFile(line: string): boolean {
  const path = /^[0-9a-f]{64} [ *]\.\/(.*)$/.exec(line)?.[1] ?? line.replace(/ [a-z] \d+ .*$/, '');
  return ownFiles.some((own) => own.path.test(path));
}

async function read(machine: Machine, name: keyof typeof parts): Promise<readonly string[]> {
  const result = await machine.sh(parts[name], { sudo: true });
  const text = check.succeeds(result, `reading ${name} of ${machine.name}`);
  check.ok(!result.truncated, `the output of ${name} is complete`, `${text.length} characters`);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (name === 'files of /etc' ? lines.filter((line) => !isOwnFile(line)) : lines).sort();
}

/** Reads the manifest of a machine. */
export async function manifest(machine: Machine): Promise<Manifest> {
  const entries: [string, readonly string[]][] = [];
  for (const name of manifestParts) entries.push([name, await read(machine, name)]);
  return Object.fromEntries(entries) as Manifest;
}

/** Lines that only one of two manifests' parts has, marked `-` for the first and `+` for the other. */
export function difference(one: readonly string[], other: readonly string[]): readonly string[] {
  const [ofOne, ofOther] = [new Set(one), new Set(other)];
  return [
    ...one.filter((line) => !ofOther.has(line)).map((line) => `- ${line}`),
    ...other.filter((line) => !ofOne.has(line)).map((line) => `+ ${line}`),
  ];
}
