/** What `systemd-analyze critical-chain` says of single units. */

/** A unit and how long it took to start. */
export interface ChainLink {
  readonly line: string;
  readonly seconds: number;
}

/** The units that took any time; targets, and what was there before, have none. */
export function readCriticalChain(text: string): readonly ChainLink[] {
  return text.split('\n').flatMap((line) => {
    const [, took] = /@.* \+(\d[\w. ]*)$/.exec(line) ?? [];
    return took === undefined ? [] : [{ line: line.trim(), seconds: secondsOf(took) }];
  });
}

/**
 * Seconds of a time span, `1min 80ms` or `2.5s`. Source: systemd.time(7); zero parts are left out, so a
 * span may lack its seconds. Throws RangeError for a unit that a boot has no use for.
 */
export function secondsOf(span: string): number {
  const parts = span.split(' ').map((part) => {
    const [, number, unit] = /^([\d.]+)([a-z]+)$/.exec(part) ?? [];
    const seconds = unitSeconds.get(unit ?? '');
    if (seconds === undefined) throw new RangeError(`no time span: ${span}`);
    return Number(number) * seconds;
  });
  return parts.reduce((sum, part) => sum + part, 0);
}

const unitSeconds = new Map([
  ['us', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['min', 60],
  ['h', 3600],
]);
