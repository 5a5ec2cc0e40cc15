/**
 * Everything that Ignition's own validation says of a config, versions 3.3.0 and 3.4.0.
 */

import type { IgnitionConfig } from '../../../harness/model/ignition.js';
import { each, errorIf, type Finding } from '../report.js';
import { checkDisk } from './disk-rules.js';
import { findDuplicates } from './duplicates.js';
import { checkNodes } from './node-rules.js';
import { checkIgnitionSection } from './resource-rules.js';
import { checkUnits } from './unit-rules.js';
import { checkFilesystem, checkLuks, checkRaid, checkWholeDisks } from './volume-rules.js';

/** What is wrong, by Ignition's paths. */
export function checkIgnitionConfig(config: IgnitionConfig): readonly Finding[] {
  const { ignition, storage = {}, systemd } = config;
  const { version } = ignition;
  return [
    ...findDuplicates(config),
    ...checkUnitPaths(config),
    ...checkIgnitionSection(ignition, version),
    ...checkNodes(storage, version),
    ...each('$.storage.disks', storage.disks, checkDisk),
    ...each('$.storage.raid', storage.raid, checkRaid),
    ...each('$.storage.luks', storage.luks, checkLuks(version)),
    ...each('$.storage.filesystems', storage.filesystems, checkFilesystem),
    ...checkWholeDisks(storage.disks, storage.filesystems),
    ...checkUnits(systemd?.units ?? [], '$.systemd.units'),
  ];
}

/** A node where a unit or a drop-in with contents goes. */
function checkUnitPaths({ storage, systemd }: IgnitionConfig): readonly Finding[] {
  const taken = new Set<string>();
  for (const { name, contents, dropins } of systemd?.units ?? []) {
    const path = `/etc/systemd/system/${name}`;
    if (contents) taken.add(path);
    for (const dropin of dropins ?? []) {
      if (dropin.contents) taken.add(`${path}.d/${dropin.name}`);
    }
  }
  return (['files', 'directories', 'links'] as const).flatMap((kind) =>
    each(`$.storage.${kind}`, storage?.[kind], (node: { readonly path: string }, path) =>
      errorIf(taken.has(node.path) && 'a unit of this config goes there', `${path}.path`),
    ),
  );
}
