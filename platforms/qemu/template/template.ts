/**
 * What a template is: a frozen machine as files in a directory, and the page about them that tells
 * whether they are whole.
 */

import { join } from 'node:path';
import { z } from 'zod';
import { carriedSessionSchema } from '../../guest/carried-session.js';

/**
 * `settled`: booted, provisioned, quiet. `held`: in the initrd of the first boot, before anything
 * has read a config.
 */
export type TemplateKind = 'settled' | 'held';

/** Raised when the files or their meaning change: older and newer entries are made anew. */
export const templateSchemaVersion = 3;

const keyPairSchema = z.object({ publicKey: z.string(), privateKey: z.string() });

const fileSchema = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  /** CRC-32 of each MiB, see `checksums.ts`. */
  checksums: z.array(z.number()),
});

export const templateMetaSchema = z.object({
  schema: z.literal(templateSchemaVersion),
  key: z.string(),
  kind: z.enum(['settled', 'held']),
  qemu: z.string(),
  createdAt: z.string(),
  /** How long its boot took until SSH answered (settled) or the guest held (held). */
  bootMs: z.number(),
  /** Settled only: the keys that its Ignition config brought, which all its forks share. */
  keys: z.object({ client: keyPairSchema, host: keyPairSchema }).optional(),
  /** Settled only: a random word in the guest's memory, by which a fork proves what it is. */
  nonce: z.string().optional(),
  /** Settled only: what the guest read from its random number generator just before it was frozen. */
  uuid: z.string().optional(),
  /** Settled only: the SSH session that waits; absent when none does. */
  standby: carriedSessionSchema.optional(),
  /** Settled only: whether a witness waits, which has the nonce; else it is in a file. */
  witness: z.boolean().optional(),
  /** Every file that forks use, as it was when the template was complete. */
  files: z.array(fileSchema),
});

/** The contents of `template.json`. */
export type TemplateMeta = z.infer<typeof templateMetaSchema>;

/** A complete template. */
export interface Template {
  readonly directory: string;
  readonly meta: TemplateMeta;
  /** What its console had printed. */
  readonly history: readonly string[];
}

/** The names of the files of a template, by what they hold; drives are `<drive id>.qcow2`. */
export const templateFiles = {
  meta: 'template.json',
  memory: 'memory',
  state: 'state',
  history: 'history.json',
} as const;

/** Where a drive's frozen overlay is. */
export function frozenDrive(directory: string, driveId: string): string {
  return join(directory, `${driveId}.qcow2`);
}
