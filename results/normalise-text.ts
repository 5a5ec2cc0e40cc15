/**
 * Takes out of a text what differs from run to run and from host to host although the cause is the
 * same: numbers, times, ids, addresses, temporary paths.
 */

import { oneLine, plainText } from './reporters/plain-text.js';

/** How much of a normalised text counts; what comes later is rarely the cause. */
const limit = 160;

const segments = String.raw`(?:[^\s'":,;()/]*\/)`;
const ofRuns = String.raw`${segments}*?(?:_runs|\.cache|\d{8}-\d{6}-[0-9a-f]{4})`;
const guests = '(?:usr|lib|etc|run|dev|oem|boot|sysroot|sysusr)';
const ofOurs = String.raw`(?!${guests}\/)(?:${segments}+?switchyard[\w.-]*|switchyard(?=\/))`;

/**
 * Absolute paths of the host's, wherever it keeps runs and caches: those with a run's id, `_runs` or
 * `.cache` in them, or with our own name where a guest has none.
 */
const ownPath = new RegExp(
  String.raw`(?:file:\/\/|(?<![\w./~-]))\/(?!\/)(?:${ofRuns}|${ofOurs})(?=[\s'":,;()/]|$)(?:\/[^\s'":,;()]*)?`,
  'g',
);

/**
 * In this order: a UUID is not a number, and an address not a path. Paths inside a guest that are the
 * same on every machine stay, since two of them are two causes.
 */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [ownPath, '<path>'],
  [/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, '<run>'],
  [/(?<![\w:])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:])/gi, '<mac>'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})(?:\/\d+)?(?![\w:])/gi, '<ip>'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:)*[0-9a-f]{0,4}::(?:[0-9a-f]{1,4}:?)*(?:\/\d+)?(?![\w:])/gi, '<ip>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+|\/\d+)?\b/g, '<ip>'],
  [
    /(?:file:\/\/)?\/(?:tmp|var\/tmp|dev\/shm|home|root|run\/user|work|__w|var\/lib\/jenkins|builds?)(?![\w-])(?:\/[^\s'":,;()]*)?/g,
    '<path>',
  ],
  [/\/proc\/\d+/g, '/proc/<n>'],
  [/\brun-(?:r[0-9a-f]{8,}|u\d+|p\d+-i\d+)\b/g, 'run-<n>'],
  [/\b0x[0-9a-f]+\b/gi, '<n>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<n>'],
  [/(?<![\w.])(?:\d+(?:\.\d+)?(?:h|ms|m|s|[uµ]s|ns))+(?!\w)/g, '<n>'],
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
