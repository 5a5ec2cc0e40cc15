/**
 * Three releases of the reference image, each as an image to run suites on and a payload for machines
 * in the field: the one that is everywhere, a broken one after it, and the good one after that.
 */

import { cacheDirectory } from '../../harness/base/run-dir.js';
import type { Image } from '../../harness/model/image.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import type { Variant } from '../../images/reference/build-options.js';
import { buildReferenceImage } from '../../images/reference/build-reference-image.js';
import { buildRelease, requireRecipe } from '../../images/releases/build-release.js';
import type { ReleaseRecipe } from '../../images/releases/recipes.js';

/** A release in both forms. */
export interface E2eRelease {
  readonly version: string;
  readonly image: Image;
  readonly update: UpdateRelease;
}

export interface E2eReleases {
  readonly first: E2eRelease;
  readonly broken: E2eRelease;
  readonly good: E2eRelease;
}

/** Who hears of builds, and until when they may take. */
export interface BuildContext {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** The reference image as it is, as a release like the others. */
const first: ReleaseRecipe = {
  kind: 'built',
  version: '9999.0.0',
  describes: 'the reference image itself',
  variant: {},
};

/**
 * It boots, and all looks well: only who looks at the modes of files sees that everybody may become
 * root. A release whose units fail would fail every suite, and never come as far as alpha.
 */
const broken: ReleaseRecipe = {
  kind: 'built',
  version: '10000.0.2',
  describes: 'a program that nobody knows runs as root',
  variant: { addFiles: [{ path: 'bin/doas', mode: 0o4755, contents: '#!/bin/sh\nexec "$@"\n' }] },
};

/** From the cache, or a minute for each. */
export async function buildReleases(context: BuildContext): Promise<E2eReleases> {
  return {
    first: await build('standard', first, context),
    broken: await build('root-for-all', broken, context),
    good: await build('next-next', requireRecipe('next-next'), context),
  };
}

async function build(
  name: string,
  recipe: ReleaseRecipe,
  context: BuildContext,
): Promise<E2eRelease> {
  if (recipe.kind !== 'built') throw new Error(`${name} has no image`);
  const { version } = recipe;
  const variant: Variant = { ...recipe.variant, name };
  const options = { ...context, cacheDir: cacheDirectory() };
  const image = await buildReferenceImage({ ...options, version, variant });
  return { version, image, update: await buildRelease(name, options, recipe) };
}
