/**
 * Statements in a row: each carries its number and the digest of the one before, so that none can be
 * taken out or put between.
 */

import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { sha256 } from './canonical-json.js';
import type { Envelope } from './envelope.js';

/** Where a statement is in its row; the first has the number 1 and follows {@link chainStart}. */
export interface Link {
  readonly sequence: number;
  readonly previous: string;
}

/** What the first of a row follows. */
export const chainStart = '0'.repeat(64);

/** Accepts an object with a link among its keys. */
const linkSchema = z.looseObject({
  sequence: z.int().min(1),
  previous: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Throws BAD_STATEMENT (usage) for what names no place. */
export function linkOf(predicate: unknown, where: string): Link {
  const result = linkSchema.safeParse(predicate);
  if (result.success) return { sequence: result.data.sequence, previous: result.data.previous };
  throw new UsageError('BAD_STATEMENT', `${where}: it has no place in the row of its signer`);
}

/** The digest by which the next refers to it: of the signed bytes. */
export function digestOfEnvelope({ payload }: Envelope): string {
  return sha256(Buffer.from(payload, 'base64'));
}

/** The link of what comes after these; the last of them decides. */
export function nextLink(last: { readonly link: Link; readonly digest: string } | undefined): Link {
  if (last === undefined) return { sequence: 1, previous: chainStart };
  return { sequence: last.link.sequence + 1, previous: last.digest };
}

/** Throws BROKEN_CHAIN (usage) that names the first place where a row does not hold. */
export function requireChain(
  row: readonly { readonly link: Link; readonly digest: string }[],
  where: string,
): void {
  let expected: Link = { sequence: 1, previous: chainStart };
  for (const { link, digest } of row) {
    if (link.sequence !== expected.sequence) {
      throw broken(where, `number ${expected.sequence} is missing; ${link.sequence} is there`);
    }
    if (link.previous !== expected.previous) {
      throw broken(where, `number ${link.sequence} does not follow the one that is before it`);
    }
    expected = { sequence: link.sequence + 1, previous: digest };
  }
}

function broken(where: string, reason: string): UsageError {
  return new UsageError('BROKEN_CHAIN', `${where}: ${reason}`);
}
