/**
 * Rules between the fields of a config's storage section, as Ignition's own validation has them
 * (config/v3_3 and v3_4 types), and two that it leaves to the machine: nodes below a file, owners
 * of hard links.
 */

import type {
  IgnitionConfig,
  IgnitionDisk,
  IgnitionFile,
  IgnitionFilesystem,
  IgnitionLink,
  IgnitionLuks,
  IgnitionNode,
  IgnitionPartition,
  IgnitionRaid,
} from '../../harness/model/ignition.js';
import { type Check, type ConfigProblem, each, problem, unique } from './config-problem.js';

type Storage = NonNullable<IgnitionConfig['storage']>;

/** Everything that is wrong between the fields of the storage section. */
export function checkStorage(storage: Storage): readonly ConfigProblem[] {
  return [
    ...unique('$.storage.disks', storage.disks, (disk) => disk.device),
    ...unique('$.storage.raid', storage.raid, (raid) => raid.name),
    ...unique('$.storage.luks', storage.luks, (luks) => luks.name),
    ...unique('$.storage.filesystems', storage.filesystems, (entry) => entry.device),
    ...each('$.storage.disks', storage.disks, checkDisk),
    ...each('$.storage.raid', storage.raid, checkRaid),
    ...each('$.storage.luks', storage.luks, checkLuks),
    ...each('$.storage.filesystems', storage.filesystems, checkFilesystem),
    ...each('$.storage.files', storage.files, checkFile),
    ...each('$.storage.links', storage.links, checkLink),
    ...checkLinkTargets(storage),
    ...checkNodes(storage),
  ];
}

const checkFile: Check<IgnitionFile> = (file, path) => {
  const bare = file.overwrite === true && file.contents?.source === undefined;
  return bare ? [problem(`${path}.overwrite`, 'needs contents.source')] : [];
};

/** A hard link can't point to a directory. */
function checkLinkTargets(storage: Storage): readonly ConfigProblem[] {
  const directories = new Set(storage.directories?.map((directory) => directory.path));
  return each('$.storage.links', storage.links, (link, path) =>
    link.hard && directories.has(link.target ?? '')
      ? [problem(`${path}.target`, `hard link to the directory ${link.target}`)]
      : [],
  );
}

const checkLink: Check<IgnitionLink> = (link, path) => {
  if (!link.hard || !(link.user || link.group)) return [];
  return [problem(path, 'a hard link has no owner of its own')];
};

/** Files, directories and links share their paths, and none may lie below a file or a link. */
function checkNodes(storage: Storage): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const kinds = new Map<string, string>();
  const all = nodesOf(storage);
  for (const { node, kind, path } of all) {
    if (kinds.has(node.path)) problems.push(problem(`${path}.path`, `${node.path} is named twice`));
    kinds.set(node.path, kind);
    for (const side of ['user', 'group'] as const) {
      const { id, name } = node[side] ?? {};
      if (id !== undefined && name) problems.push(problem(`${path}.${side}`, 'has id and name'));
    }
  }
  for (const { node, path } of all) {
    const above = ancestors(node.path).find((parent) => isLeaf(kinds.get(parent)));
    if (above) problems.push(problem(`${path}.path`, `${above} above it is no directory`));
  }
  return problems;
}

function nodesOf(storage: Storage) {
  return (['directories', 'files', 'links'] as const).flatMap((kind) =>
    (storage[kind] ?? []).map((node: IgnitionNode, index) => ({
      node,
      kind,
      path: `$.storage.${kind}.${index}`,
    })),
  );
}

function isLeaf(kind: string | undefined): boolean {
  return kind === 'files' || kind === 'links';
}

function ancestors(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

const labelLimits: Readonly<Record<string, number>> = {
  ext4: 16,
  btrfs: 256,
  xfs: 12,
  swap: 15,
  vfat: 11,
};

const checkFilesystem: Check<IgnitionFilesystem> = (entry, path) => {
  const { format, label, uuid, options, mountOptions } = entry;
  const { path: mountPoint, wipeFilesystem } = entry;
  const lists = options?.length || mountOptions?.length;
  const rest = mountPoint || label || uuid || lists || wipeFilesystem;
  if (!format && rest) return [problem(`${path}.format`, 'must be given with the other fields')];
  const limit = labelLimits[format ?? ''];
  if (limit === undefined || Buffer.byteLength(label ?? '') <= limit) return [];
  return [problem(`${path}.label`, `must have at most ${limit} bytes for ${format}`)];
};

const checkLuks: Check<IgnitionLuks> = ({ clevis }, path) => {
  const { custom, tpm2, tang, threshold } = clevis ?? {};
  const mixed = custom && (tpm2 || tang?.length || threshold !== undefined);
  return mixed ? [problem(`${path}.clevis`, 'custom excludes tpm2, tang and threshold')] : [];
};

const checkRaid: Check<IgnitionRaid> = (raid, path) => {
  const spareless = ['linear', 'raid0', '0', 'stripe'].includes(raid.level ?? '');
  return spareless && raid.spares ? [problem(`${path}.spares`, `not for ${raid.level}`)] : [];
};

const checkDisk: Check<IgnitionDisk> = (disk, path) => {
  const { partitions = [] } = disk;
  const place = `${path}.partitions`;
  return [
    ...each(place, partitions, checkPartition),
    ...unique(place, partitions, (partition) => partition.number || undefined),
    ...unique(place, partitions, (partition) => partition.label || undefined),
    ...checkOverlap(partitions, place),
  ];
};

const checkPartition: Check<IgnitionPartition> = (partition, path) => {
  const {
    number,
    label,
    shouldExist,
    wipePartitionEntry: _wipe,
    resize: _resize,
    ...rest
  } = partition;
  if (!number && !label) return [problem(path, 'needs a number above 0 or a label')];
  const others = label || Object.values(rest).some((value) => value !== undefined);
  return shouldExist === false && others
    ? [problem(path, 'shouldExist is false, so only the number may be given')]
    : [];
};

function checkOverlap(
  partitions: readonly IgnitionPartition[],
  place: string,
): readonly ConfigProblem[] {
  const fixed = partitions
    .map((partition, index) => ({ start: partition.startMiB, size: partition.sizeMiB, index }))
    .flatMap(({ start, size, index }) =>
      start && size ? [{ start, end: start + size, index }] : [],
    )
    .sort((one, other) => one.start - other.start);
  return fixed.flatMap((entry, at) => {
    const before = fixed[at - 1];
    if (!before || before.end <= entry.start) return [];
    return [problem(`${place}.${entry.index}`, `overlaps partition entry ${before.index}`)];
  });
}
