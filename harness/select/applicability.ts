/**
 * Whether a suite makes sense on an image and a platform, and if not, why: the reason is shown and
 * counted wherever the suite is missing.
 */

import type { ImageDescriptor } from '../model/image.js';
import type { Suite } from '../model/suite.js';
import { capabilityWords } from './capability-words.js';

/** The reason for which the suite does not apply, or undefined when it does. */
export function whyNotApplicable(
  suite: Suite,
  image: ImageDescriptor,
  platformCapabilities: readonly string[],
): string | undefined {
  return (
    whyNotChannel(suite, image) ??
    whyNotCapable(suite, [...capabilitiesOf(image), ...platformCapabilities]) ??
    whyNotFirmware(suite, image, platformCapabilities) ??
    whyNotVersion(suite, image)
  );
}

/** A file that comes with the image counts as a capability, `extra:NAME`. */
function capabilitiesOf({ capabilities, extras }: ImageDescriptor): readonly string[] {
  return [...capabilities, ...extras.map(({ name }) => `extra:${name}`)];
}

function whyNotChannel({ applies }: Suite, image: ImageDescriptor): string | undefined {
  const { channels, arches } = applies;
  if (channels && !channels.includes(image.channel)) return `not for channel ${image.channel}`;
  if (arches && !arches.includes(image.arch)) return `not for ${image.arch}`;
  return undefined;
}

function whyNotCapable({ applies }: Suite, capabilities: readonly string[]): string | undefined {
  const lacking = (applies.needs ?? []).filter((need) => !capabilities.includes(need));
  if (lacking.length === 0) return undefined;
  const artifact = lacking.find((need) => need.startsWith(artifactPrefix));
  if (artifact) return whyNoArtifact(artifact.slice(artifactPrefix.length));
  return `needs ${lacking.map(inWords).join(', ')}, which neither image nor platform has`;
}

function inWords(need: string): string {
  const words = capabilityWords[need];
  return words === undefined ? need : `${need} (${words})`;
}

/** What a suite's need for software begins with that is given beside the image. */
const artifactPrefix = 'artifact:';

function whyNoArtifact(name: string): string {
  return `needs ${name}, which was not given; see --artifact ${name}=DIR`;
}

/** A platform lists the firmware that it can start as capabilities. */
function whyNotFirmware(
  { topology }: Suite,
  image: ImageDescriptor,
  platformCapabilities: readonly string[],
): string | undefined {
  for (const { firmware } of Object.values(topology.roles)) {
    if (!image.firmware.includes(firmware)) return `needs ${firmware} boot, which the image lacks`;
    if (!platformCapabilities.includes(firmware)) {
      return `needs ${firmware} boot, which the platform lacks; see ./yard doctor`;
    }
  }
  return undefined;
}

/** Version ranges speak of Flatcar's numbers; another system's numbers mean nothing to them. */
function whyNotVersion({ applies }: Suite, image: ImageDescriptor): string | undefined {
  if (image.osId !== 'flatcar') return undefined;
  const { minVersion, endVersion } = applies;
  if (minVersion && compareVersions(image.version, minVersion) < 0) return `needs ${minVersion}`;
  if (endVersion && compareVersions(image.version, endVersion) >= 0) {
    return `only before ${endVersion}`;
  }
  return undefined;
}

/** Negative, zero or positive, comparing numbers between dots; a missing one counts as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  for (let n = 0; n < Math.max(left?.length ?? 0, right?.length ?? 0); n++) {
    const difference = (left?.[n] ?? 0) - (right?.[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
