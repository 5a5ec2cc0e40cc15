/**
 * Cases like the corpus's, one rule or a few each, that the original program did not make: what is
 * expected was read from the source of Butane, vcontext and Ignition, and Ignition's own rules were
 * compared with those of `ignition-validate`. They are in cases.json: the lines of the config, the
 * exit status without and with --strict, each finding's place, and the config where there is one.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { t } from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { translateButane } from '../../../platforms/butane/butane.js';

interface Case {
  readonly text: readonly string[];
  readonly exit: readonly [number, number];
  readonly places?: readonly string[];
  /** Where fields of a wrong type and repeated keys are. */
  readonly lines?: readonly number[];
  readonly config?: object;
}

const file = join(projectRoot(), 'test', 'platforms', 'butane', 'cases.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

for (const { text, exit, places = [], lines = [], config } of cases) {
  t.test(text.slice(2).join(' ').slice(0, 100), async (t) => {
    const source = `${text.join('\n')}\n`;
    const [result, strict] = [false, true].map((on) => translateButane(source, { strict: on }));
    t.strictSame(
      [result, strict].map((one) => (one?.failure === undefined ? 0 : 1)),
      exit,
    );
    const found = result?.entries.map(({ severity, path, place }) => {
      return `${severity} ${path} ${place.line}:${place.column}`;
    });
    t.strictSame([...new Set(found)].sort(), places);
    const blamed = (result?.failure ?? '').matchAll(
      /line (\d+): (?:cannot unmarshal|mapping key "|field \w+ already set)/g,
    );
    t.strictSame(
      [...blamed].map(([, line]) => Number(line)),
      lines,
    );
    t.strictSame(JSON.parse(JSON.stringify(result?.config ?? null)), config ?? null);
  });
}
