/**
 * Takes out of a text what differs from run to run and from host to host although the cause is the
 * same: numbers, times, ids, addresses, temporary paths.
 */

import { oneLine, plainText } from './reporters/plain-text.js';

/** How much of a normalised text counts; what comes later is rarely the cause. */
const limit = 160;

/**
 * In this order: a UUID is not a number, and an address not a path. Paths inside a guest that are the
 * same on every machine stay, since two of them are two causes.
 */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, '<run>'],
  [/(?<![\w:])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:])/gi, '<mac>'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})(?:\/\d+)?(?![\w:])/gi, '<ip>'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:)*[0-9a-f]{0,4}::(?:[0-9a-f]{1,4}:?)*(?:\/\d+)?(?![\w:])/gi, '<ip>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+|\/\d+)?\b/g, '<ip>'],
  [
    /(?:file:\/\/)?\/(?:tmp|var\/tmp|home|root|run\/user|work|builds?)(?:\/[^\s'":,;()]*)?/g,
    '<path>',
  ],
  [/\/proc\/\d+/g, '/proc/<n>'],
  [/\b0x[0-9a-f]+\b/gi, '<n>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<n>'],
  [/(?<![A-Za-z_\d])\d+(?:[.,]\d+)*(?:[ ]?(?:ms|s|min|h|B|bytes|[KMG]i?B)\b)?/g, '<n>'],
  [/<n>(?: <n>)+/g, '<n>'],
  [/\[ *<n>\] ?/g, ''],
];

/** The first line, without what varies, at most 160 characters. Doing it twice changes nothing. */
export function normaliseText(text: string): string {
  const [first = ''] = plainText(text)
    .trim()
    .split(/\n|\\n/, 1);
  const replaced = replacements.reduce((rest, [from, to]) => rest.replaceAll(from, to), first);
  return oneLine(replaced, limit);
}
