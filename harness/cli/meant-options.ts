/**
 * Which options mean something to which benchmark. One that means nothing is refused: what was measured
 * would not be what was asked for.
 */

import { UsageError } from '../base/errors.js';

const always = ['samples', 'json'];
const imageNames = ['image', 'sha256', 'sha512', 'mirror', 'install', 'accelerator'];
const onPlatform = [...imageNames, 'runs', 'config'];

/** Of `yard run` those that a benchmark of whole commands hands on, by their names in the parser. */
export const handedOn = ['image', 'sha256', 'sha512', 'mirror', 'accelerator', 'firmware'] as const;
const ofCommands = [...handedOn, 'artifact', 'release', 'install', 'config', 'select'];

const meant: Readonly<Record<string, readonly string[]>> = {
  boot: onPlatform,
  fork: onPlatform,
  'many-forks': onPlatform,
  network: [...onPlatform, 'fork', 'check'],
  gate: ['check'],
  record: ['runs', 'config'],
  again: ofCommands,
  update: ofCommands,
  'no-fork': ofCommands,
};

/** An option that was given: its name in the parser, and as the user knows it. */
export interface GivenOption {
  readonly name: string;
  readonly flag: string;
}

/** Throws BAD_ARGUMENT (usage) that names the first option which `bench <name>` has no use for. */
export function requireMeant(name: string, given: readonly GivenOption[]): void {
  const names = [...always, ...(meant[name] ?? [])];
  const stray = given.find((one) => !names.includes(one.name));
  if (stray === undefined) return;
  const text = `bench ${name}: ${stray.flag} means nothing to it`;
  throw new UsageError('BAD_ARGUMENT', `${text}; leave it out`);
}
