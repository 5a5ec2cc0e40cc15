/**
 * Puts the compiled command line into few files: finding and loading hundreds of modules takes longer than
 * all else that is done before a machine starts. What suites load too stays where it is, so that there is
 * one of it; so do what other threads and processes load, and packages that have more than code.
 */

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { defineConfig } from 'rolldown';

const dist = join(import.meta.dirname, 'dist');
const directory = join(dist, 'command');

/** They have addons or threads beside their code, or belong to tests. */
const outside = /^(?:ssh2|better-sqlite3|tinypool|vite|tap|playwright-core)(?:\/|$)/;
const sharedWithSuites = [
  join(dist, 'harness', 'model'),
  join(dist, 'harness', 'base', 'errors.js'),
];

const shared = {
  name: 'shared-with-suites',
  resolveId(source, importer) {
    if (!source.startsWith('.') || !importer) return null;
    const path = join(dirname(importer), source);
    if (!sharedWithSuites.some((place) => path.startsWith(place))) return null;
    return { id: relative(directory, path), external: true };
  },
};

/** So that stacks name the source, not the compiled code. */
const sources = {
  name: 'source-maps',
  load(id) {
    if (!/\.[cm]?js$/.test(id)) return null;
    const map = id.startsWith(dist) ? readFileSync(`${id}.map`, 'utf8') : { mappings: '' };
    return { code: readFileSync(id, 'utf8'), map };
  },
};

export default defineConfig({
  input: join(dist, 'harness', 'cli', 'main.js'),
  platform: 'node',
  external: outside,
  plugins: [shared, sources],
  output: { dir: directory, format: 'esm', sourcemap: true, cleanDir: true },
});
