/**
 * What a user gives beside the image: software that suites bring along, and releases that machines are
 * updated to. A suite that needs what was not given is excluded.
 */

import { resolve } from 'node:path';
import { openArtifact } from '../../images/artifact.js';
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

async function withArtifact(image: Image, text: string, signal: AbortSignal): Promise<Image> {
  const { name = '', path = '' } = /^(?<name>[^=]+)=(?<path>.+)$/s.exec(text)?.groups ?? {};
  const artifact = name && (await openArtifact(resolve(path), given(signal)));
  if (!artifact) {
    throw new UsageError(
      'BAD_ARTIFACT',
      `--artifact ${text}: give NAME=DIR; see docs/artifacts.md`,
    );
  }
  if (artifact.name !== name) {
    const says = `${path} is the artifact ${artifact.name}, not ${name}`;
    throw new UsageError('BAD_ARTIFACT', `--artifact ${text}: ${says}`);
  }
  const { descriptor } = image;
  const capabilities = [...descriptor.capabilities, `artifact:${name}`];
  const extras = [...descriptor.extras, ...artifact.files];
  return { ...image, descriptor: { ...descriptor, capabilities, extras } };
}

async function withRelease(image: Image, text: string, signal: AbortSignal): Promise<Image> {
  const shape = /^(?<name>[a-z0-9-]+)=(?<version>\d[\w.+-]*):(?<path>.+)$/s;
  const { name, version = '', path: paths = '' } = shape.exec(text)?.groups ?? {};
  if (!name) {
    const next = 'such as next=4230.1.0:/srv/flatcar_production_update.gz';
    throw new UsageError(
      'BAD_RELEASE',
      `--release ${text}: give NAME=VERSION:PAYLOAD[,PACKAGE...], ${next}`,
    );
  }
  const [path = '', ...packages] = paths.split(',').map((one) => resolve(one));
  const { openRelease } = await import('../../images/releases/open-release.js');
  const { descriptor, releases = new Map() } = image;
  const { arch } = descriptor;
  const release = await openRelease({ name, version, path, packages, arch }, signal);
  const capable = withCapabilities(image, [`release:${name}`]);
  return { ...capable, releases: new Map([...releases, [name, release]]) };
}

function given(signal: AbortSignal) {
  return { cacheDirectory: cacheDirectory(), signal };
}
