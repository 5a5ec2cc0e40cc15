/**
 * Options that several commands share, and the values that they take.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shard } from '../../model/plan.js';
import { mostShards, parseShard } from '../../plan/shard.js';

/** A whole number from 0 on. */
export function count(text: string): number {
  const value = wholeNumber(text);
  if (value === undefined) throw new InvalidArgumentError('give a whole number.');
  return value;
}

/** A whole number from 1 on. */
export function positive(text: string): number {
  const value = wholeNumber(text) ?? 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('give a whole number from 1 on.');
}

/** How often each suite may be run: every time is a case of the plan, which is in memory. */
export function repeats(text: string): number {
  const value = positive(text);
  if (value <= 10_000) return value;
  throw new InvalidArgumentError('give a whole number from 1 to 10000.');
}

/** Digits alone: `Number` takes nothing for 0, which as an age would be that of every run. */
function wholeNumber(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** An option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** A part of a plan: `1/4`. */
export function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed !== undefined) return parsed;
  const most = `${mostShards} at most`;
  throw new InvalidArgumentError(`give a part and the number of parts, from 1/4 to 4/4, ${most}.`);
}

/** Which image, and how it comes to be there. */
export function imageOptions(command: Command): Command {
  return command
    .option('--image <path>', 'file, directory, name that images ls shows, URL, or `reference`')
    .option('--sha256 <hex>', 'expected digest of the image file')
    .option('--sha512 <hex>', 'the same; a URL needs it')
    .option('--mirror <url>', 'Debian mirror for building the reference image')
    .option('--artifact <name=dir>', 'software beside the image, such as kubernetes', collect)
    .option('--release <name=version:payload>', 'a release to update to, such as next', collect)
    .option('--no-install', 'refuse to install missing packages');
}

/** What machines are, and how many at once. */
export function machineOptions(command: Command): Command {
  return command
    .addOption(new Option('--firmware <name>', 'for all machines').choices(['bios', 'uefi']))
    .addOption(new Option('--accelerator <name>').choices(['auto', 'tcg', 'kvm']))
    .option('--memory <MiB>', 'memory of all machines together', count)
    .option('--vcpus <n>', 'vCPUs of all machines together', count)
    .option('--jobs <n>', 'cases at once, at most; default: as many as fit', positive)
    .option('--seed <n>', 'order of the cases', count)
    .option('--no-fork', 'boot every machine from its firmware, use no templates')
    .option('--runs <dir>', 'where run directories are made')
    .option('--config <file>', 'JSON file with settings');
}

/** Where runs are. */
export function storeOptions(command: Command): Command {
  return command
    .option('--runs <dir>', 'where run directories are')
    .option('--config <file>', 'JSON file with settings');
}
