/**
 * Finds UEFI firmware on the host: by QEMU's firmware descriptors (docs/interop/firmware.json in
 * QEMU), else by the file names of Debian's package. Only variants without Secure Boot.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { FileSpec } from './machine-spec.js';

/** The read-only code, and the variables that every machine starts with. */
export interface UefiFirmware {
  readonly code: FileSpec;
  readonly variables: FileSpec;
  /** It enforces Secure Boot, for which it needs system management mode. */
  readonly secure?: true;
}

/** Where descriptors and the well-known files are looked for. */
export interface FirmwarePlaces {
  readonly descriptorDirectory: string;
  readonly fallbackDirectory: string;
}

/** Debian's places, which other distributions share. */
export const firmwarePlaces: FirmwarePlaces = {
  descriptorDirectory: '/usr/share/qemu/firmware',
  fallbackDirectory: '/usr/share/OVMF',
};

const fileSchema = z.object({ filename: z.string(), format: z.enum(['raw', 'qcow2']) });

const descriptorSchema = z.object({
  'interface-types': z.array(z.string()),
  mapping: z.object({
    device: z.literal('flash'),
    executable: fileSchema,
    'nvram-template': fileSchema,
  }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
});

type Descriptor = z.infer<typeof descriptorSchema>;

/** The first usable firmware in the descriptors' own order; undefined when there is none. */
export async function findUefi(
  places: FirmwarePlaces = firmwarePlaces,
): Promise<UefiFirmware | undefined> {
  for (const descriptor of await readDescriptors(places.descriptorDirectory)) {
    const { executable, 'nvram-template': template } = descriptor.mapping;
    const firmware = { code: toFile(executable), variables: toFile(template) };
    if (fits(descriptor) && filesExist(firmware)) return firmware;
  }
  return wellKnown(places.fallbackDirectory).find(filesExist);
}

async function readDescriptors(directory: string): Promise<Descriptor[]> {
  const names = await readdir(directory).catch(() => []);
  const found: Descriptor[] = [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    const descriptor = await readDescriptor(join(directory, name));
    if (descriptor) found.push(descriptor);
  }
  return found;
}

/** Descriptors of other kinds (memory-mapped, split differently) do not match and are passed over. */
async function readDescriptor(file: string): Promise<Descriptor | undefined> {
  try {
    return descriptorSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function fits({ features, targets, 'interface-types': types }: Descriptor): boolean {
  const secure = features.some((name) => name === 'secure-boot' || name === 'requires-smm');
  const target = targets.some(({ architecture, machines }) => {
    return architecture === 'x86_64' && machines.some((machine) => machine.startsWith('pc-q35'));
  });
  return types.includes('uefi') && target && !secure;
}

function toFile({ filename, format }: z.infer<typeof fileSchema>): FileSpec {
  return { path: filename, format };
}

function wellKnown(directory: string): UefiFirmware[] {
  return ['_4M', ''].map((size) => ({
    code: { path: join(directory, `OVMF_CODE${size}.fd`), format: 'raw' },
    variables: { path: join(directory, `OVMF_VARS${size}.fd`), format: 'raw' },
  }));
}

function filesExist({ code, variables }: UefiFirmware): boolean {
  return existsSync(code.path) && existsSync(variables.path);
}
