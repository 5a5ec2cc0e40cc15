/** Which images these machines can run at all: the emulator is the one for x86-64. */

import { UsageError } from '../../harness/base/errors.js';
import type { Image } from '../../harness/model/image.js';

/** Throws WRONG_ARCH (usage) for an image of another architecture than amd64. */
export function requireArch({ descriptor: { arch, name } }: Image): void {
  if (arch === 'amd64') return;
  const next = 'give an image for amd64: ./yard images ls shows which there are';
  throw new UsageError(
    'WRONG_ARCH',
    `image ${name} is for ${arch}, machines here are amd64; ${next}`,
  );
}
