/**
 * Asks another mirror where one has sent what is not as it should be. That a mirror lacks a file, or does not
 * answer, is the matter of each single request.
 */

import { isFaultOfRelease } from './release-faults.js';
import type { ReleaseServer } from './release-server.js';

/**
 * Does it anew with each mirror asked first, until nothing is wrong with what came. Throws what was wrong
 * with the last one, and at once what other mirrors can't mend.
 */
export async function fromGoodMirror<T>(server: ReleaseServer, ask: () => Promise<T>): Promise<T> {
  const others = server.mirrors.slice(1);
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      const next = others.shift();
      if (!isFaultOfRelease(thrown) || next === undefined) throw thrown;
      const problem = thrown.message.split(';')[0];
      server.context.log(`${problem}; fetching it again from ${new URL(next).host}`);
      server.prefer(next);
    }
  }
}
