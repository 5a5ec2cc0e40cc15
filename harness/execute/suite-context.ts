/**
 * What a suite's function is handed: machines by role, steps, attachments, files of the image.
 */

import { resolve } from 'node:path';
import { HarnessError, SkipSignal } from '../base/errors.js';
import type { Image } from '../model/image.js';
import type { Machine } from '../model/machine.js';
import type { ClusterNetwork } from '../model/network.js';
import type { SuiteContext } from '../model/suite.js';
import type { UpdateRelease } from '../model/updates.js';
import type { Attachments } from './attempt-files.js';
import type { Steps } from './steps.js';

/** What one attempt offers its suite. */
export interface ContextParts {
  readonly attachments: Attachments;
  readonly image: Image;
  readonly machines: readonly Machine[];
  /** Undefined for a topology without segments. */
  readonly network: ClusterNetwork | undefined;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** Told of every attachment, `file` relative to the run's directory. */
  readonly onAttached: (name: string, file: string) => void;
  /** Told of every release that the suite takes, once for each. */
  readonly onRelease: (name: string) => void;
}

/** Puts the context together. Its mistakes are ours, not the image's: kind `internal`. */
export function makeSuiteContext(parts: ContextParts): SuiteContext {
  const { image, machines, steps, signal, attachments } = parts;
  return {
    image,
    signal,
    machines,
    get network() {
      return parts.network ?? noNetwork();
    },
    machine: (role, index) => findMachine(machines, role, index ?? 0),
    step: async (title, body) => await steps.run(title, body),
    attach: async (name, contents) => {
      parts.onAttached(name, await attachments.write(name, contents));
    },
    skip: (reason) => {
      throw new SkipSignal(reason);
    },
    extra: (name) => findExtra(image, name),
    release: releasesOf(parts),
  };
}

function releasesOf({ image, onRelease }: ContextParts): SuiteContext['release'] {
  const taken = new Set<string>();
  return (name) => {
    const release = findRelease(image, name);
    if (!taken.has(name)) onRelease(name);
    taken.add(name);
    return release;
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
  const text = `the suite asks for ${asked}; its topology has ${names}`;
  throw new HarnessError('internal', 'SUITE_BUG', text, { phase: 'suite' });
}

function noNetwork(): never {
  const text = 'the suite asks for the network, and its topology names no segments';
  throw new HarnessError('internal', 'SUITE_BUG', text, { phase: 'suite' });
}

function findRelease({ releases }: Image, name: string): UpdateRelease {
  const release = releases?.get(name);
  if (release) return release;
  const names = [...(releases?.keys() ?? [])].join(', ') || 'none';
  const text = `the suite wants the release ${name}; it was given: ${names}`;
  const next = `add release:${name} to the suite's needs`;
  throw new HarnessError('internal', 'RELEASE_MISSING', `${text}; ${next}`, { phase: 'suite' });
}

function findExtra({ directory, descriptor }: Image, name: string) {
  const extra = descriptor.extras.find((candidate) => candidate.name === name);
  if (extra !== undefined) return { ...extra, path: resolve(directory, extra.file) };
  const names = descriptor.extras.map((candidate) => candidate.name).join(', ') || 'none';
  const what = `the suite wants ${name}, which does not come with the image; it has: ${names}`;
  const next = `add extra:${name} to the suite's needs`;
  throw new HarnessError('internal', 'EXTRA_MISSING', `${what}; ${next}`, { phase: 'suite' });
}
