/**
 * Who may import whom, as docs/architecture.md states it. The linter sees single files; this test
 * sees the whole tree, and fails on a folder that the table does not know.
 */

import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import t from 'tap';
import { projectRoot } from '../harness/base/project-root.js';

interface Rule {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: boolean;
}

const mechanisms = ['harness/model', 'harness/base'];
const anything = [''];

/** The longest prefix wins. `folders` are prefixes too; a folder may always import itself. */
const rules: Readonly<Record<string, Rule>> = {
  'harness/model': { folders: [], packages: [], builtins: false },
  'harness/base': { folders: mechanisms, packages: ['tmp'], builtins: true },
  'harness/select': {
    folders: mechanisms,
    packages: ['zod', 'picomatch', 'fastest-levenshtein'],
    builtins: true,
  },
  'harness/plan': { folders: mechanisms, packages: ['zod'], builtins: true },
  'harness/execute': { folders: mechanisms, packages: ['zod'], builtins: true },
  'platforms/services': {
    folders: mechanisms,
    packages: ['fast-xml-parser', 'zod'],
    builtins: true,
  },
  'platforms/network': {
    folders: mechanisms,
    packages: ['ipaddr.js', 'dns-packet'],
    builtins: true,
  },
  'platforms/butane': { folders: mechanisms, packages: ['yaml'], builtins: true },
  'platforms/ignition': { folders: mechanisms, packages: ['zod'], builtins: true },
  'platforms/guest': { folders: mechanisms, packages: ['zod', 'ssh2'], builtins: true },
  'platforms/qemu': {
    folders: [
      ...mechanisms,
      ...['ignition', 'butane', 'guest', 'services', 'network'].map((name) => `platforms/${name}`),
    ],
    packages: ['zod', 'execa', 'p-limit'],
    builtins: true,
  },
  images: {
    folders: mechanisms,
    packages: ['zod', 'execa', '@bufbuild/protobuf', 'openpgp', 'undici', 'unbzip2-stream'],
    builtins: true,
  },
  results: {
    folders: mechanisms,
    packages: [
      'zod',
      'better-sqlite3',
      'junit-report-builder',
      'log-update',
      'picomatch',
      'tinypool',
      'vite',
      'yaml',
    ],
    builtins: true,
  },
  'report-page': {
    folders: ['harness/model', 'results/html/page-data.ts'],
    packages: ['preact', 'uplot', '@xterm/xterm'],
    builtins: false,
  },
  suites: {
    folders: ['harness/model', 'harness/base/errors.ts', 'suites/support'],
    packages: [],
    builtins: false,
  },
  'harness/cli': { folders: anything, packages: ['commander', 'execa', 'zod'], builtins: true },
  bench: { folders: anything, packages: ['execa', 'p-limit'], builtins: true },
  test: {
    folders: anything,
    packages: [
      ...['tap', 'execa', 'zod', 'fast-check', 'ssh2', 'ctrf', 'playwright-core'],
      ...['p-limit', 'dns-packet', 'yaml', 'openpgp'],
    ],
    builtins: true,
  },
};

const roots = [
  'harness',
  'platforms',
  'images',
  'results',
  'report-page',
  'suites',
  'bench',
  'test',
];

interface Import {
  readonly file: string;
  readonly target: string;
}

function ruleOf(file: string): readonly [string, Rule] | undefined {
  const prefixes = Object.entries(rules).filter(([prefix]) => file.startsWith(`${prefix}/`));
  return prefixes.sort(([a], [b]) => b.length - a.length)[0];
}

/** Static imports and re-exports, and `import()` of a literal. */
const importPattern = /^(?:import|export|\})[^;']*?from '([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(importPattern)].map(([, from, dynamic]) => {
    return { file, target: from ?? dynamic ?? '' };
  });
}

function problemOf({ file, target }: Import): string | undefined {
  const [home, rule] = ruleOf(file) ?? [];
  if (home === undefined || rule === undefined) return `${file}: no rule for this folder`;
  if (isBuiltin(target)) return rule.builtins ? undefined : `${file}: may not import ${target}`;
  if (!target.startsWith('.')) {
    const name = target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/');
    return rule.packages.includes(name) ? undefined : `${file}: may not import package ${name}`;
  }
  const path = normalize(join(dirname(file), target)).replace(/\.js$/, '.ts');
  const allowed = [home, ...rule.folders].some((prefix) => path.startsWith(prefix));
  return allowed ? undefined : `${file}: may not import ${path}`;
}

async function allImports(): Promise<readonly Import[]> {
  const found: Import[] = [];
  for (const root of roots) {
    const names = await readdir(join(projectRoot(), root), { recursive: true });
    for (const name of names.filter((n) => /\.tsx?$/.test(n))) {
      const path = join(projectRoot(), root, name);
      found.push(...importsOf(relative(projectRoot(), path), await readFile(path, 'utf8')));
    }
  }
  return found;
}

t.test('every import is allowed by the table', async (t) => {
  const imports = await allImports();
  t.ok(imports.length > 100, 'the tree was read');
  t.same(
    imports.map(problemOf).filter((problem) => problem !== undefined),
    [],
  );
});

t.test('the rules refuse what they should', async (t) => {
  const refused = [
    { file: 'suites/boot/x.ts', target: 'node:fs' },
    { file: 'suites/boot/x.ts', target: '../../platforms/guest/ssh-guest.js' },
    { file: 'suites/boot/x.ts', target: '../../harness/base/poll.js' },
    { file: 'harness/model/x.ts', target: '../base/errors.js' },
    { file: 'platforms/guest/x.ts', target: 'execa' },
    { file: 'elsewhere/x.ts', target: 'node:fs' },
  ];
  for (const attempt of refused) t.ok(problemOf(attempt), `${attempt.file} <- ${attempt.target}`);
});

/** A rule as a row of the table in docs/architecture.md; zod has a sentence of its own there. */
function rowOf([home, { folders, packages, builtins }]: readonly [string, Rule]): string {
  const names = folders
    .filter((folder) => folder !== home)
    .map((folder) => folder.replace(/^(harness|platforms)\//, ''));
  const may = folders === anything ? 'all' : names.join(', ') || 'itself';
  const other = packages.filter((name) => name !== 'zod').join(', ') || 'none';
  return `| \`${home}\` | ${may}${builtins ? '' : '; no `node:`'} | ${other} |`;
}

t.test('docs/architecture.md has the same table', async (t) => {
  const text = await readFile(join(projectRoot(), 'docs', 'architecture.md'), 'utf8');
  const [, table = ''] =
    /\| folder \| may import \| packages \|\n.*\n((?:\|.*\n)*)/.exec(text) ?? [];
  t.same(table.trim().split('\n'), Object.entries(rules).map(rowOf));
});
