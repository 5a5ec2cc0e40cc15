/**
 * Problems of a config, and the two ways in which lists are searched for them.
 */

/** One thing that is wrong, as Ignition itself names places: `$.storage.files.0.mode`. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** A rule over one entry that lies at `path`. */
export type Check<T> = (item: T, path: string) => readonly ConfigProblem[];

/** The problems of every entry of a list. */
export function each<T>(path: string, items: readonly T[] | undefined, check: Check<T>) {
  return (items ?? []).flatMap((item, index) => check(item, `${path}.${index}`));
}

/** Entries of the same key; an undefined key is none. */
export function unique<T>(
  path: string,
  items: readonly T[] | undefined,
  keyOf: (item: T) => string | number | undefined,
): readonly ConfigProblem[] {
  const keys = (items ?? []).map(keyOf);
  return keys.flatMap((key, index) => {
    const repeated = key !== undefined && keys.indexOf(key) < index;
    return repeated ? [problem(`${path}.${index}`, `${key} is named twice`)] : [];
  });
}

/** One problem. */
export function problem(path: string, message: string): ConfigProblem {
  return { path, message };
}
