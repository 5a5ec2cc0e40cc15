/**
 * Options of the command line as settings: the parser's names and types on one side, ours on the
 * other.
 */

import { loadSettings, type Settings, type SettingsInput } from './settings.js';

/** The options that every command which boots machines has in common. */
export interface MachineOptions {
  readonly image?: string;
  readonly sha256?: string;
  readonly sha512?: string;
  readonly mirror?: string;
  readonly artifact?: readonly string[];
  readonly release?: readonly string[];
  /** False after `--no-install`. */
  readonly install: boolean;
  readonly firmware?: 'bios' | 'uefi';
  readonly accelerator?: 'auto' | 'tcg' | 'kvm';
  readonly memory?: number;
  readonly vcpus?: number;
  readonly jobs?: number;
  /** False after `--no-fork`. */
  readonly fork?: boolean;
  readonly seed?: number;
  readonly retries?: number;
  readonly maxFailures?: number;
  readonly verifyForks?: number;
  readonly keepDisks?: boolean;
  /** False after `--no-screens`. */
  readonly screens?: boolean;
  readonly runs?: string;
  readonly config?: string;
}

/** Merges the options over the config file. Throws BAD_CONFIG (usage). */
export async function toSettings(options: MachineOptions): Promise<Settings> {
  const { image, sha256, sha512, mirror, firmware, accelerator, runs } = options;
  const { artifact: artifacts, release: releases } = options;
  const { vcpus, jobs, seed, retries, maxFailures, verifyForks, keepDisks } = options;
  const what = { image, sha256, sha512, mirror, artifacts, releases, firmware, accelerator, runs };
  const how = { vcpus, jobs, seed, retries, maxFailures, verifyForks, keepDisks };
  const input = { ...what, ...how };
  const flags = { fork: offOrUnsaid(options.fork), screens: offOrUnsaid(options.screens) };
  const given = { ...input, ...flags, memoryMiB: options.memory } as SettingsInput;
  return await loadSettings(given, options.config);
}

/** Of `--no-x` the parser says true when nothing was said; that must not overrule the config file. */
function offOrUnsaid(flag: boolean | undefined): false | undefined {
  return flag === false ? false : undefined;
}
