/**
 * How long a build took, kept beside the cache of the builder and not in the image, whose bytes don't
 * depend on it.
 */

import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** From the request to the complete image, in milliseconds. */
  buildMs: z.number(),
  /** Whether the packages were installed and staged as well, or came from the cache. */
  whole: z.boolean(),
});

/** What is known of a build. */
export type BuildTime = z.infer<typeof schema>;

function fileOf(builder: string, imageDirectory: string): string {
  return join(builder, `${basename(imageDirectory)}.time.json`);
}

/** Keeps how long it has taken since `startedMs` (wall clock); `tree` is that of the packages. */
export async function keepBuildTime(
  builder: string,
  imageDirectory: string,
  { startedMs, tree }: { readonly startedMs: number; readonly tree: string },
): Promise<void> {
  // Moved to its place when it was complete, which changes the time of its inode.
  const whole = (await stat(tree)).ctimeMs >= startedMs;
  const time: BuildTime = { buildMs: Date.now() - startedMs, whole };
  await writeFile(fileOf(builder, imageDirectory), JSON.stringify(time));
}

/** Undefined for an image that was not built here, or before times were kept. */
export async function readBuildTime(
  cacheDir: string,
  imageDirectory: string,
): Promise<BuildTime | undefined> {
  try {
    const text = await readFile(fileOf(join(cacheDir, 'reference'), imageDirectory), 'utf8');
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
