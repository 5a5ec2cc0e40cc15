/**
 * What a suite's function is handed: machines by role, steps, attachments, files of the image.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, SkipSignal } from '../base/errors.js';
import { attemptDirectory } from '../base/run-dir.js';
import type { Image } from '../model/image.js';
import type { Machine } from '../model/machine.js';
import type { SuiteContext } from '../model/suite.js';
import type { Steps } from './steps.js';

/** What one attempt offers its suite. */
export interface ContextParts {
  readonly suite: string;
  readonly attempt: number;
  readonly runDirectory: string;
  readonly image: Image;
  readonly machines: readonly Machine[];
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** Told of every attachment, `file` relative to the run's directory. */
  readonly onAttached: (name: string, file: string) => void;
}

/** Puts the context together. Its mistakes are ours, not the image's: kind `internal`. */
export function makeSuiteContext(parts: ContextParts): SuiteContext {
  const { image, machines, steps, signal } = parts;
  return {
    image,
    signal,
    machines,
    machine: (role, index) => findMachine(machines, role, index ?? 0),
    step: async (title, body) => await steps.run(title, body),
    attach: async (name, contents) => await attach(parts, name, contents),
    skip: (reason) => {
      throw new SkipSignal(reason);
    },
    extra: (name) => findExtra(image, name),
  };
}

function findMachine(
  machines: readonly Machine[],
  role: string | undefined,
  index: number,
): Machine {
  const wanted = machines.filter((machine) => role === undefined || machine.role === role);
  const found = wanted.find((machine) => role === undefined || machine.index === index);
  if (found !== undefined && (role !== undefined || wanted.length === 1)) return found;
  const names = machines.map(({ name }) => name).join(', ');
  const asked = role === undefined ? 'the only machine' : `${role}-${index}`;
  throw suiteBug(`the suite asks for ${asked}; its topology has ${names}`);
}

function findExtra({ directory, descriptor }: Image, name: string) {
  const extra = descriptor.extras.find((candidate) => candidate.name === name);
  if (extra !== undefined) return { ...extra, path: join(directory, extra.file) };
  const names = descriptor.extras.map((candidate) => candidate.name).join(', ') || 'none';
  throw suiteBug(`the suite wants ${name}, which does not come with the image; it has: ${names}`);
}

async function attach(
  { suite, attempt, runDirectory, onAttached }: ContextParts,
  name: string,
  contents: string | Uint8Array,
): Promise<void> {
  const directory = join(attemptDirectory(suite, attempt), 'attachments');
  const file = join(directory, name.replaceAll(/[^\w.-]+/g, '_'));
  await mkdir(join(runDirectory, directory), { recursive: true });
  await writeFile(join(runDirectory, file), contents);
  onAttached(name, file);
}

function suiteBug(message: string): HarnessError {
  return new HarnessError('internal', 'SUITE_BUG', message, { phase: 'suite' });
}
