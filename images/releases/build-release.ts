/**
 * Makes releases that a machine of the reference image can be updated to, and keeps them in the cache:
 * a signed payload and what is known about it.
 */

import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { type ExtractedParts, extractParts } from '../payload/extract-parts.js';
import { readPayload } from '../payload/read-payload.js';
import { writePayload } from '../payload/write-payload.js';
import { builderSource, openBuild, runImageStep } from '../reference/build.js';
import { buildKeys } from '../reference/build-keys.js';
import {
  type BuildOptions,
  type ImageSettings,
  imageSettings,
  shortDigest,
} from '../reference/build-options.js';
import { makeOnce, resultDirectory } from './make-once.js';
import { readRootHash } from './open-release.js';
import { type ReleaseRecipe, releaseRecipes } from './recipes.js';
import { payloadFile, readRelease, releaseFile, writeRelease } from './release-file.js';
import { editSlot } from './slot-edits.js';

/** Where and how; the version and the variant are the recipe's. */
export type ReleaseOptions = Omit<BuildOptions, 'version' | 'variant' | 'channel'>;

/** Returns the release from the cache, or makes it: a minute for one that must be built. A recipe of
 * the caller's own stands in for the one of that name. */
export async function buildRelease(
  name: string,
  options: ReleaseOptions,
  recipe = requireRecipe(name),
): Promise<UpdateRelease> {
  const target = join(options.cacheDir, 'releases', `${name}-${keyOf(name, recipe)}`);
  await makeOnce({ target, file: releaseFile, signal: options.signal }, async (work) => {
    options.log(`making the release ${name}: ${recipe.describes}`);
    await make({ name, recipe, work }, options);
  });
  return await readRelease(target);
}

/** Throws RangeError for a name that has none. */
export function requireRecipe(name: string): ReleaseRecipe {
  const recipe = releaseRecipes[name];
  if (recipe) return recipe;
  const names = Object.keys(releaseRecipes).join(', ');
  throw new RangeError(`no recipe for the release ${name}; there are: ${names}`);
}

/** Changes with everything that the release is made of. */
function keyOf(name: string, recipe: ReleaseRecipe): string {
  const { image } = buildKeys(builderSource(), settingsOf(name, recipe));
  const base = recipe.kind === 'edited' ? releaseRecipes[recipe.of] : undefined;
  return shortDigest(payloadWriter, image, recipe, base);
}

/** To be counted up when the same parts become another payload. */
const payloadWriter = 1;

function settingsOf(name: string, recipe: ReleaseRecipe): ImageSettings {
  const { version } = recipe;
  const variant = { ...(recipe.kind === 'built' ? recipe.variant : {}), name };
  return imageSettings({ version, variant });
}

interface Making {
  readonly name: string;
  readonly recipe: ReleaseRecipe;
  /** A directory of its own. */
  readonly work: string;
}

async function make(making: Making, options: ReleaseOptions): Promise<void> {
  const { name, recipe, work } = making;
  const parts = await makeParts(making, options);
  const directory = join(work, resultDirectory);
  await mkdir(directory);
  const path = join(directory, payloadFile);
  const key = await signingKey(recipe);
  const written = await writePayload({ ...parts, key }, path);
  const { signedBytes = written.bytes } = await readPayload(path);
  await writeRelease(directory, {
    name,
    version: recipe.version,
    payload: { ...written, path, signatureBytes: written.bytes - signedBytes },
    usrHash: await readRootHash(parts.kernel, 'amd64'),
    kernelSha256: createHash('sha256')
      .update(await readFile(parts.kernel))
      .digest('hex'),
  });
}

async function makeParts(
  { name, recipe, work }: Making,
  options: ReleaseOptions,
): Promise<ExtractedParts> {
  if (recipe.kind === 'built') {
    const slot = join(work, 'slot');
    const { version, variant } = settingsOf(name, recipe);
    await using build = await openBuild({ ...options, version, variant });
    await runImageStep(build, { output: 'slot', target: slot }, async () => undefined);
    return { partition: join(slot, 'usr.img'), kernel: join(slot, 'vmlinuz') };
  }
  const base = await buildRelease(recipe.of, options);
  const parts = { partition: join(work, 'usr.img'), kernel: join(work, 'vmlinuz') };
  await extractParts(await readPayload(base.payload.path), parts);
  if (recipe.edit) await editSlot(recipe.edit, parts);
  return parts;
}

async function signingKey({ signedBy }: ReleaseRecipe): Promise<KeyObject> {
  const file = `${signedBy ?? 'update-payload'}.pem`;
  return createPrivateKey(await readFile(join(builderSource(), 'keys', file)));
}
