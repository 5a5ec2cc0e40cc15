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

/**
 * Sizes are powers of two from here on: a machine that is frozen before it reads its config must
 * later find one of the same size.
 */
const smallestBytes = 8_192;

/** The config as JSON, with trailing blanks up to the next power of two. */
export function serializeConfig(config: IgnitionConfig): string {
  return padConfig(JSON.stringify(config));
}

/** Any text, with trailing blanks up to the next power of two. */
export function padConfig(text: string): string {
  const bytes = Buffer.byteLength(text);
  let size = smallestBytes;
  while (size < bytes) size *= 2;
  return text + ' '.repeat(size - bytes);
}
