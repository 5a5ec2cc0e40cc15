/**
 * Damaged configs: every one is answered, by a config or by a report, and at once.
 * SWITCHYARD_FUZZ sets how many, SWITCHYARD_SEED which.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { t } from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { translateButane } from '../../../platforms/butane/butane.js';
import { renderReport } from '../../../platforms/butane/render-report.js';

const corpus = join(projectRoot(), 'test', 'platforms', 'butane', 'corpus');
const cases = readdirSync(corpus)
  .filter((name) => /^\d/.test(name))
  .map((name) => {
    const filesDir = join(corpus, name, 'files');
    const options = existsSync(filesDir) ? { filesDir } : {};
    return { source: readFileSync(join(corpus, name, 'in.bu'), 'utf8'), options };
  });

const runs = Number(process.env['SWITCHYARD_FUZZ'] ?? 10_000);
const seed = Number(process.env['SWITCHYARD_SEED'] ?? 20_261_123);
/** Milliseconds of processor time that one input may take; a hang ends with the test's own limit. */
const bound = 50;

const snippets = [
  ...['- ', ': ', '\n', '  ', '\t', '"', "'", '|', '>', '{', '}', '[', ']', '#', '---\n', '...\n'],
  ...['&a ', '*a', '<<: *a\n', '!!binary ', '!!int ', '~', 'null', '0644', '1e999', '0x', '\r\n'],
  ...['😀', '\u2028', '\0', '\ufeff', '%YAML 1.2\n', '? ', 'data:;base64,', 'inline: ', 'local: '],
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(10_000),
  remove: fc.oneof(fc.constant(0), fc.nat(40)),
  insert: fc.oneof(fc.constantFrom(...snippets), fc.string({ maxLength: 12, unit: 'binary' })),
});

function apply(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { at, remove, insert }) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + insert + text.slice(place + remove);
  }, source);
}

t.test(`${runs} damaged configs`, async (t) => {
  let slowest = 0;
  let accepted = 0;
  const damaged = fc.tuple(fc.constantFrom(...cases), fc.array(edit, { minLength: 1 }));
  const property = fc.property(damaged, ([{ source, options }, edits]) => {
    const text = apply(source, edits);
    const took = attempt(text, options);
    slowest = Math.max(slowest, took);
    return took < bound;
  });
  fc.assert(property, { numRuns: runs, seed });
  t.ok(accepted > runs / 100, `${accepted} of them are configs`);
  t.comment(`the slowest took ${slowest.toFixed(1)} ms`);

  /**
   * The processor time of the cheapest of ten tries. What a busy host does meanwhile is not in it,
   * and the threads of collector and compiler, which are, are not at work in all of them.
   */
  function attempt(text: string, options: { readonly filesDir?: string }): number {
    let best = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 10 && best >= bound; tries += 1) {
      const before = process.cpuUsage();
      const { config, entries, failure } = translateButane(text, options);
      renderReport(entries, text, 'in.bu');
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1000);
      if ((config === undefined) === (failure === undefined)) throw new Error('neither or both');
      if (config && tries === 0) accepted += 1;
    }
    return best;
  }
});

t.test('aliases that multiply', async (t) => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const items = Array.from({ length: 9 }, () => `*l${level}`).join(', ');
    return `  l${level + 1}: &l${level + 1} [${items}]`;
  });
  const bomb = ['variant: flatcar', 'version: 1.1.0', 'x:', '  l0: &l0 [a]', ...levels];
  const text = [...bomb, 'kernel_arguments:', '  should_exist: *l12', ''].join('\n');
  t.match(translateButane(text).failure, /!!seq into string|excessive aliasing/);
  const lists = 'passwd: &p\n  users: &u [{name: a, groups: *u}]\n';
  t.match(
    translateButane(`variant: flatcar\nversion: 1.1.0\n${lists}`).failure,
    /itself|unmarshal/,
  );
});

t.test('depth', async (t) => {
  const deep = `variant: flatcar\nversion: 1.1.0\nx: ${'['.repeat(5000)}${']'.repeat(5000)}\n`;
  const { failure, entries } = translateButane(deep);
  t.ok(failure !== undefined || entries.length === 1, String(failure));
});
