/** What systemd says of how long units took to start. */

/** A unit and how long it took, in seconds. */
export interface UnitTime {
  readonly unit: string;
  readonly seconds: number;
}

/** Reads `systemd-analyze blame`. */
export function readBlame(text: string): readonly UnitTime[] {
  return text.split('\n').flatMap((line) => {
    const [, took, unit] = /^\s*(\d.*) (\S+)$/.exec(line) ?? [];
    return took && unit ? [{ unit, seconds: secondsOf(took) }] : [];
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
