/**
 * The files of a template under names of a machine's own. A fork whose process is started anew opens
 * the disks below its overlays again, by name: links outlast a template that was evicted or thrown away
 * meanwhile, and take no room.
 */

import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownedName } from '../../../harness/base/owned-name.js';
import { removeTree } from '../../../harness/base/run-dir.js';
import type { ClusterState } from '../cluster-state.js';
import type { Template } from './template.js';

/** Of a file system without hard links, or one that has too many of this file (link(2)). */
const unlinkable = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'];

/**
 * The template by those names, in a directory beside the templates that is the cluster's until its end;
 * the template itself where files can not be linked. Throws ENOENT when it was evicted.
 */
export async function linkFiles(
  template: Template,
  state: Pick<ClusterState, 'occupies'>,
): Promise<Template> {
  const directory = join(dirname(template.directory), ownedName('fork'));
  state.occupies(directory);
  await mkdir(directory, { mode: 0o700 });
  try {
    for (const { name } of template.meta.files) {
      await link(join(template.directory, name), join(directory, name));
    }
    return { ...template, directory };
  } catch (error) {
    await removeTree(directory);
    if (!unlinkable.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return template;
  }
}
