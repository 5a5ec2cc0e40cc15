/**
 * The last step before boot: fragments become one config of a stated specification, checked, and
 * then the bytes that the machine reads.
 */

import type {
  IgnitionConfig,
  IgnitionFragment,
  IgnitionVersion,
} from '../../harness/model/ignition.js';
import { mergeFragments } from './merge-fragments.js';
import { validateConfig } from './validate-config.js';

/** Merges, names the version and validates. Throws IGNITION_CONFLICT, BAD_IGNITION (usage). */
export function buildConfig(parts: {
  readonly version: IgnitionVersion;
  readonly fragments: readonly IgnitionFragment[];
}): IgnitionConfig {
  const merged = mergeFragments(parts.fragments);
  return validateConfig({ ...merged, ignition: { ...merged.ignition, version: parts.version } });
}

/** The config as JSON on one line. */
export function serializeConfig(config: IgnitionConfig): string {
  return JSON.stringify(config);
}
