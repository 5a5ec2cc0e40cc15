/**
 * The rule that each suite is proven: at least one mutation names it, and none names a suite that is
 * not there.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../harness/base/project-root.js';
import { patternNames } from '../../harness/execute/pattern-catalogue.js';
import { loadContract } from '../../harness/select/contract.js';
import { loadSuites } from '../../harness/select/load-suites.js';
import { mutations } from './all.js';

t.test('every suite has a mutation, every mutation has a suite', async (t) => {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  const suites = await loadSuites({ directory, contract, patterns: patternNames });
  const ids = suites.map(({ id }) => id);
  const named = new Set(mutations.map(({ suite }) => suite));
  const unproven = ids.filter((id) => !named.has(id));
  t.same(unproven, [], 'suites without a mutation');
  const homeless = [...named].filter((id) => !ids.includes(id));
  t.same(homeless, [], 'mutations without a suite');
});

t.test('a step that a mutation names is one that its suite has', async (t) => {
  const suites = join(projectRoot(), 'suites');
  const read = async (path: string) => await readFile(join(suites, path), 'utf8');
  const support = await readdir(join(suites, 'support'));
  const shared = await Promise.all(support.map((name) => read(join('support', name))));
  for (const { id, suite, expect } of mutations) {
    if (expect.step === undefined) continue;
    const texts = [await read(`${suite}.ts`), ...shared];
    t.ok(
      texts.some((text) => hasTitle(text, expect.step ?? '')),
      `${id}: ${expect.step}`,
    );
  }
});

/** A title may be made of a word that the suite goes through. */
function hasTitle(text: string, title: string): boolean {
  const literals = text.matchAll(/step\(\s*(?:'([^']*)'|`([^`]*)`)/g);
  return [...literals].some(([, plain, template]) => {
    if (template === undefined) return plain === title;
    return new RegExp(`^${template.replace(/\$\{[^}]*\}/g, '.+')}$`).test(title);
  });
}

t.test('ids of mutations are unique', async (t) => {
  t.equal(new Set(mutations.map(({ id }) => id)).size, mutations.length);
});
