/**
 * The lock file is complete and names no server: `npm ci` refuses one that lacks a package, and a
 * package that npm left out for this platform is missed only on another one.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../harness/base/project-root.js';

type Ranges = Readonly<Record<string, string>>;

/** The fields of npm's lock file, version 3, that matter here. */
interface Entry {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Ranges;
  readonly devDependencies?: Ranges;
  readonly optionalDependencies?: Ranges;
  readonly peerDependencies?: Ranges;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

type Packages = Readonly<Record<string, Entry>>;

async function readProjectJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(join(projectRoot(), file), 'utf8')) as T;
}

/** Every name that must be there for this entry; npm locks the packages of all platforms. */
function neededBy(entry: Entry): readonly string[] {
  const peers = Object.keys(entry.peerDependencies ?? {});
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.devDependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...peers.filter((name) => entry.peerDependenciesMeta?.[name]?.optional !== true),
  ];
}

/** Where Node looks for a package, nearest first: below the importer, then below those around it. */
function places(importer: string, name: string): readonly string[] {
  const own = join(importer, 'node_modules', name);
  if (importer === '') return [own];
  const outer = importer.slice(0, Math.max(0, importer.lastIndexOf('node_modules/') - 1));
  return [own, ...places(outer, name)];
}

function problemsOf(packages: Packages): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const missing = neededBy(entry).filter((name) => !places(path, name).some((p) => packages[p]));
    return [
      ...missing.map((name) => `${path || 'the project'} needs ${name}, which has no entry`),
      ...(entry.resolved === undefined ? [] : [`${path} names a server in "resolved"`]),
      ...(path === '' || entry.integrity ? [] : [`${path} has no integrity`]),
    ];
  });
}

t.test('every package that any entry needs is locked, and no entry names a server', async (t) => {
  const { packages } = await readProjectJson<{ packages: Packages }>('package-lock.json');
  t.ok(Object.keys(packages).length > 100, 'the file was read');
  t.same(problemsOf(packages), []);
});

t.test('the lock file is that of package.json', async (t) => {
  const { packages } = await readProjectJson<{ packages: Packages }>('package-lock.json');
  const wanted = await readProjectJson<Entry>('package.json');
  t.same(packages['']?.dependencies, wanted.dependencies);
  t.same(packages['']?.devDependencies, wanted.devDependencies);
});

t.test('what npm ci refuses is found', async (t) => {
  const whole: Packages = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { integrity: 'x', dependencies: { b: '1' }, peerDependencies: { c: '1' } },
    'node_modules/a/node_modules/b': { integrity: 'x', optionalDependencies: { '@s/d': '1' } },
    'node_modules/@s/d': { integrity: 'x', dependencies: { c: '1' } },
    'node_modules/c': { integrity: 'x' },
  };
  t.same(problemsOf(whole), []);
  for (const lost of Object.keys(whole).filter((path) => path !== '')) {
    const { [lost]: _, ...rest } = whole;
    t.match(problemsOf(rest), [/needs \S+, which has no entry/], `without ${lost}`);
  }
  const optional = { c: { optional: true } };
  const peer = { integrity: 'x', peerDependencies: { c: '1' }, peerDependenciesMeta: optional };
  t.same(problemsOf({ 'node_modules/a': peer }), [], 'an optional peer may be absent');
  const served = { integrity: 'x', resolved: 'https://packages.example/a.tgz' };
  t.match(problemsOf({ 'node_modules/a': served }), [/names a server/]);
  t.match(problemsOf({ 'node_modules/a': {} }), [/has no integrity/]);
});
