/**
 * Software that suites bring along and that is no part of any image, such as Kubernetes: a directory
 * with a list of its files, which must be what the list says.
 */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../harness/base/errors.js';
import type { ImageExtra } from '../harness/model/image.js';
import { extraSchema } from './descriptor-file.js';
import { type DigestOptions, verifyFile } from './verify-file.js';

/** The list's name inside the directory. */
export const artifactFile = 'artifact.json';

const artifactSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower case without spaces'),
  version: z.string().min(1),
  files: z.array(extraSchema).min(1),
});

/** The files' paths are absolute. */
export interface Artifact {
  readonly name: string;
  readonly version: string;
  readonly files: readonly ImageExtra[];
}

/** What {@link readArtifact} gives, with each file's SHA-256 checked. Throws IMAGE_DIGEST_MISMATCH (usage), too. */
export async function openArtifact(directory: string, options: DigestOptions): Promise<Artifact> {
  const artifact = await readArtifact(directory);
  for (const { file, sha256 } of artifact.files) {
    await verifyFile(file, { algorithm: 'sha256', digest: sha256 }, options);
  }
  return artifact;
}

/**
 * Reads `<directory>/artifact.json` and checks that its files are there, by their sizes: that takes no
 * time. Throws BAD_ARTIFACT (usage).
 */
export async function readArtifact(directory: string): Promise<Artifact> {
  const { files, ...artifact } = await readList(directory);
  const placed = files.map((one) => ({ ...one, file: join(directory, one.file) }));
  for (const { file, sizeBytes } of placed) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) throw badArtifact(directory, `${file} is missing`);
    if (found.size !== sizeBytes) {
      throw badArtifact(directory, `${file} should have ${sizeBytes} bytes and has ${found.size}`);
    }
  }
  return { ...artifact, files: placed };
}

async function readList(directory: string): Promise<z.infer<typeof artifactSchema>> {
  const value = await readJson(directory);
  const result = artifactSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw badArtifact(directory, `${artifactFile} is not valid: ${problems.join(', ')}`);
}

async function readJson(directory: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(directory, artifactFile), 'utf8'));
  } catch (thrown) {
    throw badArtifact(directory, `${artifactFile} cannot be read: ${toError(thrown).message}`);
  }
}

function badArtifact(directory: string, reason: string): UsageError {
  const next = 'see docs/artifacts.md';
  return new UsageError('BAD_ARTIFACT', `artifact ${directory}: ${reason}; ${next}`);
}
