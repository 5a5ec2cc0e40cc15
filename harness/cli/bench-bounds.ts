/**
 * Which benchmarks have bounds that `--check` holds them to.
 */

import { UsageError } from '../base/errors.js';

const bounded: readonly string[] = ['network', 'gate'];

/** Throws NOTHING_TO_CHECK (usage) for a check of what has no bounds: it would always be well. */
export function requireBounds(
  name: string,
  { check }: { readonly check?: boolean | undefined },
): void {
  if (!check || bounded.includes(name)) return;
  const have = bounded.map((one) => `\`${one}\``).join(' and ');
  throw new UsageError('NOTHING_TO_CHECK', `bench ${name} has no bounds; ${have} have`);
}
