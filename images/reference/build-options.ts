/**
 * What a caller may ask of the builder, with the defaults that make two callers agree on one image.
 */

import { createHash } from 'node:crypto';
import type { Channel } from '../../harness/model/image.js';
import type { SlotAttributes } from './layout.js';

/** A file that a variant adds below /usr, for example `share/flatcar/etc/motd.d/x`. */
export interface AddedFile {
  readonly path: string;
  readonly contents: string;
  /** Octal permission bits. */
  readonly mode: number;
}

/** A change in the builder's sources: `from` must be there exactly once. */
export interface SourceEdit {
  /** Below images/reference, such as `agent/engine/attempt.go`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A deliberate difference from the standard image: an update to it, or a broken one for a test. */
export interface Variant {
  readonly name: string;
  /** Paths below /usr. */
  readonly removeFiles?: readonly string[];
  readonly addFiles?: readonly AddedFile[];
  readonly kernelArguments?: {
    readonly append?: readonly string[];
    readonly remove?: readonly string[];
  };
  /** The update agent, the initrd and the boot loader's module are built with these. */
  readonly sourceEdits?: readonly SourceEdit[];
  /** `other` is a kernel of another flavour, with another name and modules of its own. */
  readonly kernel?: 'other' | undefined;
  readonly slots?: { readonly a?: SlotAttributes; readonly b?: SlotAttributes };
  /** Overrides of os-release fields. */
  readonly osRelease?: Readonly<Record<string, string>>;
  /** Paths on the ESP, for example `flatcar/first_boot`. */
  readonly removeFromEsp?: readonly string[];
  /** Byte offset in USR-A that is overwritten after the hash tree was made. */
  readonly corruptUsrAt?: number;
}

/** The request; only `cacheDir`, `signal` and `log` are required. */
export interface BuildOptions {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Base URL of a Debian mirror; mmdebstrap's own default without it. */
  readonly mirror?: string;
  readonly channel?: Channel;
  readonly version?: string;
  readonly variant?: Variant;
}

/**
 * A whole disk with what comes beside it, what an update writes, what boots without a disk, a disk that is
 * signed, or one with SELinux.
 */
export type BuildOutput = 'disk' | 'slot' | 'live' | 'secure' | 'selinux';

/** What decides an image's bytes, apart from the packages and the builder's sources. */
export interface ImageSettings {
  readonly channel: Channel;
  readonly version: string;
  readonly variant: Variant;
}

// The middle number is the channel, as in Flatcar's versions.
const channelDigit: Readonly<Record<Channel, number>> = {
  alpha: 0,
  beta: 1,
  stable: 2,
  lts: 3,
  developer: 0,
};

/** Fills the defaults in: alpha 9999.0.0, no variant. */
export function imageSettings(options: Partial<BuildOptions>): ImageSettings {
  const channel = options.channel ?? 'alpha';
  const version = options.version ?? `9999.${channelDigit[channel]}.0`;
  return { channel, version, variant: options.variant ?? { name: 'standard' } };
}

/** A short, file-name-safe digest of values. */
export function shortDigest(...values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}
