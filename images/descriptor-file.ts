/**
 * Reads and checks `descriptor.json`, the file that says what the image beside it is.
 */

import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { toError } from '../harness/base/errors.js';
import { type ImageDescriptor, imageDescriptorSchema } from '../harness/model/image.js';
import { notAnImage } from './image-errors.js';

/** The name of the descriptor inside an image's directory. */
export const descriptorFile = 'descriptor.json';

/** A descriptor must not point outside its directory. */
const relativeFile = z
  .string()
  .min(1)
  .refine((file) => !isAbsolute(file) && !normalize(file).startsWith('..'), {
    message: 'must lie in the directory of the descriptor',
  });

const fileFields = {
  file: relativeFile,
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
};

/** A file beside the disk. */
export const extraSchema = z.object({
  ...fileFields,
  name: z.string().min(1),
  type: z.enum(['sysext', 'oci-archive', 'program', 'file']),
});

/** Checks a descriptor of the schema that this code reads; unknown keys are dropped. */
export const descriptorSchema = z.object({
  schema: z.literal(imageDescriptorSchema),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'must be lower case without spaces'),
  osName: z.string().min(1),
  osId: z.string().min(1),
  channel: z.enum(['alpha', 'beta', 'stable', 'lts', 'developer']),
  version: z.string().min(1),
  arch: z.enum(['amd64', 'arm64']),
  board: z.string().min(1),
  disk: z.object({
    ...fileFields,
    format: z.enum(['qcow2', 'raw']),
    virtualBytes: z.int().positive(),
  }),
  firmware: z.array(z.enum(['bios', 'uefi'])).min(1),
  capabilities: z.array(z.string()),
  extras: z.array(extraSchema),
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
  usrHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
    .optional(),
  origin: z.string().min(1),
}) satisfies z.ZodType<ImageDescriptor>;

/** Reads `<directory>/descriptor.json`. Throws NOT_AN_IMAGE (usage) that names field and problem. */
export async function readDescriptor(directory: string): Promise<ImageDescriptor> {
  const value = await readJson(directory);
  const result = descriptorSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw notAnImage(directory, `${descriptorFile} is not valid: ${problems.join(', ')}`, {
    next: 'build or download the image again',
  });
}

async function readJson(directory: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(directory, descriptorFile), 'utf8'));
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing
      ? `the directory has no ${descriptorFile}`
      : `${descriptorFile} cannot be read: ${toError(thrown).message}`;
    throw notAnImage(directory, reason, { cause: thrown });
  }
}
