/**
 * How a machine came up, said in one line by every report that tells it.
 */

import type { BootReport } from '../harness/model/platform.js';

/** `cold, because …, its config fetched over HTTP`: what was out of the ordinary follows the start. */
export function startText({ start, fallback, configServed, restless }: BootReport): string {
  return [
    fallback === undefined ? start : `${start}, because ${fallback}`,
    ...(configServed ? ['its config fetched over HTTP'] : []),
    ...(restless ? ['still at work when the next machine started'] : []),
  ].join(', ');
}
