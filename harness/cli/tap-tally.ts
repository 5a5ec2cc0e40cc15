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

/** One line for each failed test: its file and its name. A file that broke outside its tests has one too. */
export function failedTests(tap: string): readonly string[] {
  let names: string[] = [];
  return tap.split('\n').flatMap((line) => {
    const [, indent, not, title = ''] = /^( {4})?(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (title === '') return [];
    const name = title.replace(/ # time=.*$/, '');
    if (indent) {
      if (not) names.push(name);
      return [];
    }
    const found = names.length > 0 ? names.map((test) => `${name}: ${test}`) : [name];
    names = [];
    return not ? found : [];
  });
}
