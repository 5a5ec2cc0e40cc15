/**
 * What the user asked for: command-line options over the optional config file over defaults. Checked
 * as a whole before anything is created.
 */

import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { availableProcessors } from '../base/cpu-quota.js';
import { defined, toError, UsageError } from '../base/errors.js';
import { memoryLeft } from '../base/memory-limit.js';
import { projectRoot } from '../base/project-root.js';
import type { Budget } from '../model/plan.js';

const text = z.string().min(1, 'must not be empty');

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.number({ error }).int(error).min(least, error).max(most, error);
}

function wholeFrom(least: number) {
  const error = `must be a whole number from ${least} on`;
  return z.number({ error }).int(error).min(least, error);
}

const settingsSchema = z.strictObject({
  /** A directory with a descriptor, an image file, or `reference`. */
  image: text.default('reference'),
  /** Expected SHA-256 of the image file. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
    .optional(),
  /** Expected SHA-512 of the image file; of a URL as the server has it. */
  sha512: z
    .string()
    .regex(/^[0-9a-fA-F]{128}$/, 'must be 128 hexadecimal digits')
    .optional(),
  /** Software beside the image, `NAME=DIR`. */
  artifacts: z.array(text).default([]),
  /** Releases to update to, `NAME=VERSION:PAYLOAD`. */
  releases: z.array(text).default([]),
  firmware: z.enum(['bios', 'uefi']).optional(),
  accelerator: z.enum(['auto', 'tcg', 'kvm']).default('auto'),
  /** Where run directories are made. */
  runs: text.default(join(projectRoot(), '_runs')),
  /** Memory for all machines together. */
  memoryMiB: wholeFrom(512).optional(),
  /** vCPUs of all machines together; more than the host has is fine, they share. */
  vcpus: wholeFrom(1).optional(),
  /** Cases at once, at most; as many as fit when it is left out. */
  jobs: wholeFrom(1).optional(),
  /** How often a failed case is tried again; a pass then is flaky. */
  retries: whole(0, 20).default(0),
  /** After so many cases that failed or errored the run ends. */
  maxFailures: wholeFrom(1).optional(),
  /** Machines may be forks of templates; false boots every one of them from its firmware. */
  fork: z.boolean().default(true),
  /** Per cent of the forking cases that boot cold as well, to hold one against the other. */
  verifyForks: whole(0, 100).default(0),
  /** Machines have a screen, and a failure a picture of it. */
  screens: z.boolean().default(true),
  /** Keep the disks of machines whose case does not pass. */
  keepDisks: z.boolean().default(false),
  /** What the cached templates of machines may occupy on disk in all. */
  templatesMiB: wholeFrom(1024).default(16_384),
  seed: whole(0, 0xffff_ffff).optional(),
  /** Debian mirror for building the reference image; default is mmdebstrap's own. */
  mirror: text.optional(),
});

/** The names that a config file may use. */
export const settingNames: readonly string[] = Object.keys(settingsSchema.shape);

/** Settings with every default filled in. */
export type Settings = z.infer<typeof settingsSchema>;

/** The names that options and the config file share, all optional. */
export type SettingsInput = z.input<typeof settingsSchema>;

/** The config file that is read when `--config` names no other; it need not exist. */
export const defaultConfigFile = 'switchyard.config.json';

/**
 * Merges options over the config file. Throws BAD_CONFIG (usage) that names the file or option, the
 * field and the problem, and NO_MEMORY (usage) when more is asked for than there is.
 */
export async function loadSettings(options: SettingsInput, configFile?: string): Promise<Settings> {
  const file = configFile ?? join(projectRoot(), defaultConfigFile);
  const fromFile = await readConfig(file, configFile !== undefined);
  parse(fromFile, (path) => `config file ${file}: ${path === '' ? '' : `${path}: `}`);
  const settings = parse({ ...fromFile, ...defined(options) }, optionOf);
  requireMemory(settings);
  return settings;
}

async function readConfig(file: string, required: boolean): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw new Error('it must hold one JSON object');
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && !required) return {};
    const reason = missing ? 'there is no such file' : toError(thrown).message;
    throw new UsageError('BAD_CONFIG', `config file ${file}: ${reason}; see docs/running.md`);
  }
}

/** A setting as its reader knows it; without a path, what says where it is from. */
type Naming = (path: string) => string;

/** `memoryMiB` is `--memory` on the command line. */
const optionOf: Naming = (path) => {
  const name = path
    .replace(/MiB$/, '')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return path === '' ? 'options: ' : `--${name}: `;
};

function parse(value: Record<string, unknown>, naming: Naming): Settings {
  const result = settingsSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${naming(path.join('.'))}${message}`,
  );
  throw new UsageError('BAD_CONFIG', `${problems.join('; ')}; see docs/running.md`);
}

/**
 * What machines may occupy when the user named no figures: three quarters of the memory that is
 * free now, and as many busy vCPUs as the host has processors, or its container a quota of them. More of
 * them are slower in sum: a vCPU that has to wait for a processor is waited for by the others of its
 * machine. Four cases took 168 and 181 s one after the other on two processors, and 279 s two at a time.
 */
export function budgetOf(settings: Settings): Budget {
  const freeMiB = Math.floor(memoryLeft().availableMiB * 0.75);
  return {
    memoryMiB: settings.memoryMiB ?? freeMiB,
    vcpus: settings.vcpus ?? availableProcessors(),
    ...(settings.jobs === undefined ? {} : { jobs: settings.jobs }),
  };
}

/** What each of so many runs at once may occupy of a budget. */
export function partOf(budget: Budget, runs: number): Budget {
  return {
    ...budget,
    memoryMiB: Math.floor(budget.memoryMiB / runs),
    vcpus: Math.max(1, Math.floor(budget.vcpus / runs)),
  };
}

/**
 * Refuses more memory than the host has, or the container that this runs in. Throws NO_MEMORY
 * (usage).
 */
export function requireMemory({ memoryMiB }: Settings, hostMiB = memoryOfHostMiB()): void {
  if (memoryMiB === undefined || memoryMiB <= hostMiB) return;
  const text = `memory: ${memoryMiB} MiB for machines, and the host has ${hostMiB} MiB`;
  throw new UsageError('NO_MEMORY', `${text}; give less, or leave it out to use what is free`);
}

/** A container's limit counts; a container without one reports an absurd number. */
function memoryOfHostMiB(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(totalmem(), limit) / 2 ** 20);
}
