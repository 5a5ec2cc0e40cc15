/**
 * The page's program and style, built from `report-page/` by Vite once and kept beside the compiled
 * code until a source changes.
 */

import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toError, UsageError } from '../../harness/base/errors.js';
import { compiledRoot, projectRoot } from '../../harness/base/project-root.js';

/** Two scripts and one style sheet, all to be put inline. */
export interface PageBundle {
  readonly script: string;
  /** What only single views need, for the end of the file. */
  readonly laterScript: string;
  readonly style: string;
}

/** The built page. Throws PAGE_BUILD_FAILED (usage) when its packages are not installed. */
export async function pageBundle(): Promise<PageBundle> {
  const sources = join(projectRoot(), 'report-page');
  const kept = join(compiledRoot(), 'report-page.json');
  const newest = await newestIn(sources, join(projectRoot(), 'package-lock.json'));
  const builtAt = (await stat(kept).catch(() => undefined))?.mtimeMs ?? 0;
  if (builtAt > newest) return JSON.parse(await readFile(kept, 'utf8')) as PageBundle;
  const bundle = await buildPage(sources);
  await keep(kept, bundle);
  return bundle;
}

async function newestIn(directory: string, alsoFile: string): Promise<number> {
  const names = await readdir(directory);
  const paths = [directory, alsoFile, ...names.map((name) => join(directory, name))];
  const stats = await Promise.all(paths.map(async (path) => await stat(path)));
  return Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
}

/** Two builds at once write the same; each replaces the file as a whole. */
async function keep(path: string, bundle: PageBundle): Promise<void> {
  const partial = `${path}.${process.pid}`;
  await mkdir(compiledRoot(), { recursive: true });
  await writeFile(partial, JSON.stringify(bundle));
  await rename(partial, path);
}

async function buildPage(root: string): Promise<PageBundle> {
  try {
    const { script, style } = await buildEntry(root, 'main.tsx');
    const later = await buildEntry(root, 'later.ts');
    return { script, laterScript: later.script, style };
  } catch (thrown) {
    const message = `cannot build the report's page: ${toError(thrown).message}`;
    throw new UsageError('PAGE_BUILD_FAILED', message, { cause: thrown });
  }
}

type Built = Pick<PageBundle, 'script' | 'style'>;

async function buildEntry(root: string, entry: string): Promise<Built> {
  const { build } = await import('vite');
  const built = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      cssCodeSplit: false,
      lib: { entry: join(root, entry), formats: ['iife'], name: 'report' },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return toBundle(Array.isArray(built) ? built : [built]);
}

function toBundle(built: readonly object[]): Built {
  const files = built.flatMap((one) =>
    'output' in one ? (one.output as readonly OutputFile[]) : [],
  );
  const scripts = files.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
  const styles = files.flatMap((file) => (file.type === 'asset' ? [String(file.source)] : []));
  return { script: scripts.join('\n'), style: styles.join('\n') };
}

type OutputFile =
  | { readonly type: 'chunk'; readonly code: string }
  | { readonly type: 'asset'; readonly source: string | Uint8Array };
