/**
 * What Butane says of a config: errors and warnings, each with the place that it is about.
 */

/** A place in the source: both from 1; the column counts characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something found at a path of the Butane or the Ignition config: `$.storage.files.0.mode`. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Empty when it concerns no field. */
  readonly path: string;
  /** Whether it is about the key at the path, not about its value. */
  readonly isKey?: boolean;
  readonly message: string;
}

/** A finding and where it is in the source. */
export interface Entry extends Finding {
  readonly place: Place;
}

/** An error at `path`. */
export function error(path: string, message: string): Finding {
  return { severity: 'error', path, message };
}

/** A warning at `path`. */
export function warning(path: string, message: string): Finding {
  return { severity: 'warning', path, message };
}

/** Whether one of them is an error. */
export function isFatal(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** A rule over one value that lies at `path`. */
export type Rule<T> = (value: T, path: string) => readonly Finding[];

/** The findings of a rule over every item of a list. */
export function each<T>(path: string, items: readonly T[] | undefined, rule: Rule<T>) {
  return (items ?? []).flatMap((item, index) => rule(item, `${path}.${index}`));
}

/** An error with this message, or none. */
export function errorIf(message: string | false | undefined, path: string): readonly Finding[] {
  return message ? [error(path, message)] : [];
}
