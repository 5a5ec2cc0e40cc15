/** What tap's own output says of a run of all test files. */

/** Assertions and checks, by how they ended. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads tap's closing comment; a run that failed without one counts as one failure. */
export function tally(tap: string, ok: boolean): Tally {
  const totals = /^# \{ (.*) \}$/m.exec(tap)?.[1] ?? '';
  const field = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(totals)?.[1] ?? 0);
  const failed = field('fail');
  return {
    passed: field('pass'),
    failed: ok ? failed : Math.max(1, failed),
    skipped: field('skip'),
  };
}

/**
 * One line for each assertion that failed: its file, the tests around it, its name. A file that broke
 * outside its tests has one too.
 */
export function failedTests(tap: string): readonly string[] {
  // What failed at each depth, of which the line of the test around it has not come yet.
  const failed: string[][] = [[]];
  for (const line of tap.split('\n')) {
    const [, indent = '', not, title] = /^((?: {4})*)(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (title === undefined) continue;
    const depth = indent.length / 4;
    const inside = failed.splice(depth + 1).flat();
    if (not) addTo(failed, depth, named(title.replace(/ # time=.*$/, ''), inside));
  }
  return failed[0] as string[];
}

/**
 * What a table says of itself as a whole, as `237 of 237 attempts refused`, wherever in the tests it says so:
 * reporters show comments of the outermost level only.
 */
export function counts(tap: string): readonly string[] {
  return [...tap.matchAll(/^ *# (\d+ of \d+ .*)$/gm)].map(([, text = '']) => text);
}

function named(name: string, inside: readonly string[]): readonly string[] {
  return inside.length > 0 ? inside.map((inner) => `${name}: ${inner}`) : [name];
}

function addTo(failed: string[][], depth: number, lines: readonly string[]): void {
  while (failed.length <= depth) failed.push([]);
  failed[depth]?.push(...lines);
}
