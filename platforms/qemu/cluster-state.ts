/**
 * What a cluster occupies on the host, on disk before any of it exists, so that another process can
 * remove it after this one was killed.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hostBootId, type ProcessIdentity } from '../../harness/base/host-process.js';
import { identifyOwner } from '../../harness/base/owned-name.js';

const identitySchema = z.object({ pid: z.int().positive(), startTicks: z.int() });

const stateSchema = z.object({
  schema: z.literal(1),
  cluster: z.string(),
  /** Boot of the host in which the pids mean something. */
  hostBootId: z.string(),
  /** The command that made the cluster. */
  owner: identitySchema,
  directories: z.array(z.string()),
  /** QEMU processes by machine; without an identity the machine was about to be started. */
  machines: z.array(z.object({ name: z.string(), process: identitySchema.optional() })),
});

/** The contents of one state file. */
export type ClusterStateData = z.infer<typeof stateSchema>;

/** A state file and what it says; `data` is undefined when it can't be understood. */
export interface StateEntry {
  readonly file: string;
  readonly data: ClusterStateData | undefined;
}

/**
 * The state file of one living cluster. Written synchronously: each change is a few hundred bytes,
 * must be on disk before the next step, and machines that start in parallel must not interleave.
 */
export class ClusterState {
  readonly #file: string;
  #data: ClusterStateData;

  /** Writes the intent; another command, or another run of this one, may have a cluster of that name. */
  constructor(
    stateDirectory: string,
    intent: { cluster: string; directories: string[]; machines: string[] },
  ) {
    mkdirSync(stateDirectory, { recursive: true });
    const unique = `${process.pid}-${randomBytes(4).toString('hex')}`;
    this.#file = join(stateDirectory, `${intent.cluster}-${unique}.json`);
    this.#data = {
      schema: 1,
      cluster: intent.cluster,
      hostBootId: hostBootId(),
      owner: identifyOwner(),
      directories: intent.directories,
      machines: intent.machines.map((name) => ({ name })),
    };
    this.#write();
  }

  /** All that it has recorded, from the first on. */
  get directories(): readonly string[] {
    return this.#data.directories;
  }

  /** Records one more directory that is the cluster's until it is gone or renamed. */
  occupies(directory: string): void {
    this.#data = { ...this.#data, directories: [...this.#data.directories, directory] };
    this.#write();
  }

  /** Records the process of a machine that has just been started. */
  started(machine: string, process: ProcessIdentity): void {
    const machines = this.#data.machines.map((entry) => {
      return entry.name === machine ? { ...entry, process } : entry;
    });
    this.#data = { ...this.#data, machines };
    this.#write();
  }

  /** Forgets the cluster, once nothing of it is left. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    const draft = `${this.#file}.new`;
    writeFileSync(draft, `${JSON.stringify(this.#data, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

/** All clusters of which something may be left, living ones included. */
export function listStates(stateDirectory: string): readonly StateEntry[] {
  return stateFiles(stateDirectory).map((name) => {
    const file = join(stateDirectory, name);
    return { file, data: readState(file) };
  });
}

function stateFiles(stateDirectory: string): string[] {
  try {
    return readdirSync(stateDirectory).filter((name) => name.endsWith('.json'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

function readState(file: string): ClusterStateData | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
