/**
 * What a user gives beside the image: software that suites bring along, and releases that machines are
 * updated to. A suite that needs what was not given is excluded.
 */

import { resolve } from 'node:path';
import { type Artifact, openArtifact, readArtifact } from '../../images/artifact.js';
import { UsageError } from '../base/errors.js';
import { cacheDirectory } from '../base/run-dir.js';
import type { Image } from '../model/image.js';
import { withCapabilities } from './extend-image.js';
import type { Settings } from './settings.js';

type Given = Pick<Settings, 'artifacts' | 'releases'>;

/**
 * The image with what was given, as extras, releases and capabilities. Throws BAD_ARTIFACT,
 * IMAGE_DIGEST_MISMATCH, or what `openRelease` throws of a payload (all usage).
 */
export async function withGivenParts(
  image: Image,
  { artifacts, releases }: Given,
  signal: AbortSignal,
): Promise<Image> {
  let given = image;
  for (const text of artifacts) given = await withArtifact(given, text, signal);
  for (const text of releases) given = await withRelease(given, text, signal);
  return given;
}

/**
 * Refuses what can't be right before anything is installed, built or fetched for it: shapes, lists and
 * files, but no digests, and not what an image has to say about it. Throws BAD_ARTIFACT, NOT_A_PAYLOAD,
 * BAD_RELEASE (all usage).
 */
export async function checkGivenParts({ artifacts, releases }: Given): Promise<void> {
  const named = artifacts.map(parseArtifact);
  requireOnce('artifact', named);
  for (const one of named) requireName(one, await readArtifact(one.directory));
  const offered = releases.map(parseRelease);
  requireOnce('release', offered);
  if (offered.length === 0) return;
  const { checkRelease } = await import('../../images/releases/open-release.js');
  for (const { path, packages } of offered) await checkRelease(path, packages);
}

/** The second of a name would take the first's place, and nobody would see that. */
function requireOnce(kind: 'artifact' | 'release', given: readonly { name: string }[]): void {
  const names = given.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  const text = `--${kind} ${twice} is given twice; leave one of them out`;
  throw new UsageError(`BAD_${kind.toUpperCase()}`, text);
}

/** As it was said: `text` is what the user wrote. */
interface NamedArtifact {
  readonly text: string;
  readonly name: string;
  readonly directory: string;
}

function parseArtifact(text: string): NamedArtifact {
  const { name, path = '' } = /^(?<name>[^=]+)=(?<path>.+)$/s.exec(text)?.groups ?? {};
  if (name) return { text, name, directory: resolve(path) };
  throw new UsageError('BAD_ARTIFACT', `--artifact ${text}: give NAME=DIR; see docs/artifacts.md`);
}

function requireName({ text, name, directory }: NamedArtifact, artifact: Artifact): void {
  if (artifact.name === name) return;
  const says = `${directory} is the artifact ${artifact.name}; give ${artifact.name}=DIR`;
  throw new UsageError('BAD_ARTIFACT', `--artifact ${text}: ${says}`);
}

async function withArtifact(image: Image, text: string, signal: AbortSignal): Promise<Image> {
  const named = parseArtifact(text);
  const artifact = await openArtifact(named.directory, given(signal));
  requireName(named, artifact);
  const { descriptor } = image;
  const capabilities = [...descriptor.capabilities, `artifact:${named.name}`];
  const extras = [...descriptor.extras, ...artifact.files];
  return { ...image, descriptor: { ...descriptor, capabilities, extras } };
}

function parseRelease(text: string) {
  const shape = /^(?<name>[a-z0-9-]+)=(?<version>\d[\w.+-]*):(?<path>.+)$/s;
  const { name, version = '', path: paths = '' } = shape.exec(text)?.groups ?? {};
  if (!name) {
    const next = 'such as next=4230.1.0:/srv/flatcar_production_update.gz';
    throw new UsageError(
      'BAD_RELEASE',
      `--release ${text} names no release; give NAME=VERSION:PAYLOAD[,PACKAGE...], ${next}`,
    );
  }
  const [path = '', ...packages] = paths.split(',').map((one) => resolve(one));
  return { name, version, path, packages };
}

async function withRelease(image: Image, text: string, signal: AbortSignal): Promise<Image> {
  const source = parseRelease(text);
  const { openRelease } = await import('../../images/releases/open-release.js');
  const { descriptor, releases = new Map() } = image;
  const release = await openRelease({ ...source, arch: descriptor.arch }, signal);
  const capable = withCapabilities(image, [`release:${source.name}`]);
  return { ...capable, releases: new Map([...releases, [source.name, release]]) };
}

function given(signal: AbortSignal) {
  return { cacheDirectory: cacheDirectory(), signal };
}
