/**
 * What a suite gives a machine, as one Ignition fragment, however it is written.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { inOneLine } from '../../harness/base/in-one-line.js';
import { ownedName } from '../../harness/base/owned-name.js';
import type { IgnitionFragment, IgnitionVersion } from '../../harness/model/ignition.js';
import type { LocalFile, Provisioning } from '../../harness/model/topology.js';
import { type ButaneResult, translateButane } from './butane.js';

/** A fragment and the specification that it is for. */
export interface Provisioned {
  readonly fragment: IgnitionFragment;
  readonly version: IgnitionVersion;
}

type Given = Exclude<Provisioning, { kind: 'none' | 'raw' }>;
type ButaneText = Extract<Provisioning, { kind: 'butane' }>;

const translated = new WeakMap<ButaneText, Provisioned>();

/** The fragment of a provisioning. Throws BAD_BUTANE (usage) with the first error and its place. */
export function fragmentOf(provisioning: Given): Provisioned {
  if (provisioning.kind === 'ignition') {
    return { fragment: provisioning.config, version: provisioning.version ?? '3.3.0' };
  }
  const known = translated.get(provisioning) ?? translateText(provisioning);
  translated.set(provisioning, known);
  return known;
}

function translateText({ config: text, files }: ButaneText): Provisioned {
  const result = withFiles(files, (filesDir) => translateButane(text, { filesDir, strict: true }));
  const { config } = result;
  if (!config) throw new UsageError('BAD_BUTANE', `Butane config: ${firstProblem(result)}`);
  const { version, ...ignition } = config.ignition;
  return { version, fragment: { ...config, ignition } };
}

function firstProblem({ entries, failure = '' }: ButaneResult): string {
  const entry = entries.find(({ severity }) => severity === 'error') ?? entries[0];
  if (!entry) return inOneLine(failure);
  const { line, column } = entry.place;
  return `line ${line}, column ${column}: ${entry.path}: ${entry.message}`;
}

function withFiles<T>(
  files: Readonly<Record<string, LocalFile>> = {},
  use: (filesDir: string) => T,
): T {
  const directory = join(tmpdir(), ownedName('butane'));
  mkdirSync(directory, { mode: 0o700 });
  try {
    for (const [path, file] of Object.entries(files)) writeLocal(join(directory, path), file);
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeLocal(path: string, file: LocalFile): void {
  const { contents, executable } = typeof file === 'string' ? plain(file) : file;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents, { mode: executable ? 0o755 : 0o644 });
}

function plain(contents: string) {
  return { contents, executable: false };
}
