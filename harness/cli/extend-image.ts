/**
 * An image with more than its descriptor says: what was made, given or lent for it.
 */

import type { Image, ImageExtra } from '../model/image.js';

/** With these among its capabilities, each once. */
export function withCapabilities({ descriptor, ...image }: Image, more: readonly string[]): Image {
  const capabilities = [...new Set([...descriptor.capabilities, ...more])];
  return { ...image, descriptor: { ...descriptor, capabilities } };
}

/** With these in place of those of the same names. */
export function withExtras({ descriptor, ...image }: Image, made: readonly ImageExtra[]): Image {
  const others = descriptor.extras.filter(({ name }) => !made.some((one) => one.name === name));
  return { ...image, descriptor: { ...descriptor, extras: [...others, ...made] } };
}
