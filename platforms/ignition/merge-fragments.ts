/**
 * Joins what harness and suite want of a machine into one fragment. Identities are those of
 * Ignition's own merging of configs; unlike there, the contents of a file are one value, so that no
 * hash of an earlier source stays beside a later source.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { fields, keyed, type Strategy, union } from './merge-strategies.js';

const by = (name: string, member: Strategy = fields()) =>
  keyed((item) => String(item[name]), member);

const partitions = keyed((partition) => {
  const number = partition['number'];
  return number ? `number ${number}` : `label ${partition['label']}`;
}, fields());

const mergeConfig = fields({
  ignition: fields({
    config: fields({ merge: union }),
    proxy: fields({ noProxy: union }),
    security: fields({ tls: fields({ certificateAuthorities: union }) }),
    timeouts: fields(),
  }),
  kernelArguments: fields({ shouldExist: union, shouldNotExist: union }),
  passwd: fields({
    users: by('name', fields({ groups: union, sshAuthorizedKeys: union })),
    groups: by('name'),
  }),
  storage: fields({
    disks: by('device', fields({ partitions })),
    raid: by('name', fields({ devices: union })),
    luks: by('name'),
    filesystems: by('device'),
    files: by('path', fields({ append: union })),
    directories: by('path'),
    links: by('path'),
  }),
  systemd: fields({ units: by('name', fields({ dropins: by('name') })) }),
});

/**
 * Merges fragments; where two say different things of one field, the later one wins, so the suite's
 * come last. Throws IGNITION_CONFLICT (usage) for a path that is a file in one and a directory or
 * link in another, and for an entry that one fragment names twice.
 */
export function mergeFragments(fragments: readonly IgnitionFragment[]): IgnitionFragment {
  let merged: unknown = {};
  for (const fragment of fragments) merged = mergeConfig(merged, fragment, '$');
  refuseMixedPaths(merged as IgnitionFragment);
  return merged as IgnitionFragment;
}

function refuseMixedPaths({ storage }: IgnitionFragment): void {
  const kinds = new Map<string, string>();
  for (const kind of ['files', 'directories', 'links'] as const) {
    const nodes = storage?.[kind];
    if (!Array.isArray(nodes)) continue;
    // Entries of the wrong shape are left for validation.
    for (const path of nodes.flatMap((node) => node?.path ?? [])) {
      const other = kinds.get(path);
      if (other) throw mixedPath(path, other, kind);
      kinds.set(path, kind);
    }
  }
}

function mixedPath(path: string, one: string, other: string): UsageError {
  const message = `Ignition fragments put ${path} into both storage.${one} and storage.${other}`;
  return new UsageError('IGNITION_CONFLICT', `${message}; keep one of them`);
}
