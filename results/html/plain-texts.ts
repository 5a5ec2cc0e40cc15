/**
 * What a guest said is in many places of what the page shows: messages, evidence, steps, reasons. All
 * texts are made safe at once, so that none is forgotten.
 */

import { plainText } from '../reporters/plain-text.js';

/** The same JSON with every text as {@link plainText} makes it. */
export function plainTexts<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one)]));
}
