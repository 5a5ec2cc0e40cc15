/**
 * Short ways to write provisioning: Ignition's entries for a text file and for a unit.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { IgnitionFile, IgnitionUnit } from '../../harness/model/ignition.js';

/** A text file owned by root, in place of what may be there; `mode` as in `0o644`. */
export function file(path: string, text: string, mode = 0o644): IgnitionFile {
  return { path, mode, overwrite: true, contents: { source: dataUrl(text) } };
}

/** A unit with these contents, enabled at first boot unless `extra` says otherwise. */
export function unit(
  name: string,
  contents: string,
  extra: Partial<IgnitionUnit> = {},
): IgnitionUnit {
  return { name, contents, enabled: true, ...extra };
}
