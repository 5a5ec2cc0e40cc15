/**
 * Lists of a config whose entries must be told apart, and the entries that are not.
 */

import type { IgnitionConfig, IgnitionPartition } from '../../../harness/model/ignition.js';
import { error, type Finding } from '../report.js';

/** A list and the keys of its entries, in order. */
interface KeyedList {
  readonly path: string;
  readonly keys: readonly string[];
}

function keyed<T>(
  path: string,
  items: readonly T[] | undefined,
  keyOf: (item: T) => string = String,
): KeyedList {
  return { path, keys: (items ?? []).map(keyOf) };
}

const named = ({ name }: { readonly name: string }) => name;
const sourced = ({ source }: { readonly source?: string }) => source ?? '';
const byDevice = ({ device }: { readonly device: string }) => device;

function partitionKey({ number, label }: IgnitionPartition): string {
  return number ? `number ${number}` : label === undefined ? '' : `label ${label}`;
}

/** Entries that repeat a key, in the order in which they are blamed. */
export function findDuplicates(config: IgnitionConfig): readonly Finding[] {
  return groupsOf(config).flatMap(repeated);
}

/** Lists that share one space of keys are one group. */
function groupsOf(config: IgnitionConfig): readonly (readonly KeyedList[])[] {
  const { ignition, kernelArguments, passwd, storage = {}, systemd } = config;
  const { directories, files, links } = storage;
  const byPath = ({ path }: { readonly path: string }) => path;
  const authorities = ignition.security?.tls?.certificateAuthorities;
  return [
    [keyed('$.ignition.config.merge', ignition.config?.merge, sourced)],
    [keyed('$.ignition.proxy.noProxy', ignition.proxy?.noProxy)],
    [keyed('$.ignition.security.tls.certificateAuthorities', authorities, sourced)],
    [
      keyed('$.kernelArguments.shouldExist', kernelArguments?.shouldExist),
      keyed('$.kernelArguments.shouldNotExist', kernelArguments?.shouldNotExist),
    ],
    [keyed('$.passwd.groups', passwd?.groups, named)],
    [keyed('$.passwd.users', passwd?.users, named)],
    [
      keyed('$.storage.directories', directories, byPath),
      keyed('$.storage.files', files, byPath),
      keyed('$.storage.links', links, byPath),
    ],
    [keyed('$.storage.disks', storage.disks, byDevice)],
    [keyed('$.storage.filesystems', storage.filesystems, byDevice)],
    [keyed('$.storage.luks', storage.luks, named)],
    [keyed('$.storage.raid', storage.raid, named)],
    [keyed('$.systemd.units', systemd?.units, named)],
    ...nestedGroupsOf(config),
  ];
}

function nestedGroupsOf({ ignition, passwd, storage = {}, systemd }: IgnitionConfig) {
  const lists: KeyedList[] = [];
  const headersOf = (path: string, resource?: { httpHeaders?: readonly { name: string }[] }) => {
    lists.push(keyed(`${path}.httpHeaders`, resource?.httpHeaders, named));
  };
  const merge = ignition.config?.merge ?? [];
  for (const [at, resource] of merge.entries())
    headersOf(`$.ignition.config.merge.${at}`, resource);
  headersOf('$.ignition.config.replace', ignition.config?.replace);
  const authorities = ignition.security?.tls?.certificateAuthorities ?? [];
  for (const [at, resource] of authorities.entries()) {
    headersOf(`$.ignition.security.tls.certificateAuthorities.${at}`, resource);
  }
  for (const [at, user] of (passwd?.users ?? []).entries()) {
    lists.push(keyed(`$.passwd.users.${at}.groups`, user.groups));
    lists.push(keyed(`$.passwd.users.${at}.sshAuthorizedKeys`, user.sshAuthorizedKeys));
  }
  for (const [at, disk] of (storage.disks ?? []).entries()) {
    lists.push(keyed(`$.storage.disks.${at}.partitions`, disk.partitions, partitionKey));
  }
  for (const [at, file] of (storage.files ?? []).entries()) {
    headersOf(`$.storage.files.${at}.contents`, file.contents);
    for (const [index, resource] of (file.append ?? []).entries()) {
      headersOf(`$.storage.files.${at}.append.${index}`, resource);
    }
  }
  for (const [at, luks] of (storage.luks ?? []).entries()) {
    headersOf(`$.storage.luks.${at}.keyFile`, luks.keyFile);
    lists.push(keyed(`$.storage.luks.${at}.openOptions`, luks.openOptions));
    lists.push(keyed(`$.storage.luks.${at}.clevis.tang`, luks.clevis?.tang, ({ url }) => url));
  }
  for (const [at, raid] of (storage.raid ?? []).entries()) {
    lists.push(keyed(`$.storage.raid.${at}.devices`, raid.devices));
  }
  for (const [at, unit] of (systemd?.units ?? []).entries()) {
    lists.push(keyed(`$.systemd.units.${at}.dropins`, unit.dropins, named));
  }
  return lists.map((list) => [list]);
}

function repeated(group: readonly KeyedList[]): readonly Finding[] {
  const seen = new Set<string>();
  return group.flatMap(({ path, keys }) =>
    keys.flatMap((key, index) => {
      const again = seen.has(key);
      seen.add(key);
      return again
        ? [error(`${path}.${index}`, `${key || 'an unnamed entry'} is there twice`)]
        : [];
    }),
  );
}
