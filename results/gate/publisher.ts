/**
 * Where promotions become true: what a kind of channels must be able to do for the gate.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { ChannelRelease } from '../../harness/model/channel-layout.js';
import type { Envelope } from './envelope.js';

/** A release in its channel, and the ledger's entry that put it there. */
export interface Published {
  readonly release: ChannelRelease;
  readonly record: Envelope;
}

/** What a channel is to have. */
export interface Publication extends Published {
  /** The version that it has until then; undefined for none. */
  readonly replaces: string | undefined;
}

/** Channels of one kind: directories, or those of an update server. */
export interface Publisher {
  /** What a channel has now; undefined when it never had anything. */
  current(channel: string): Promise<Published | undefined>;
  /**
   * What a promotion that died left on some architectures only, where channels can't change at once. It is
   * finished by promoting it again, or replaced by a later one.
   */
  unfinished?(channel: string): Promise<Published | undefined>;
  /**
   * Makes the channel have it, wholly or not at all. Doing it twice is doing it once. Throws
   * CHANNEL_MOVED (usage) when the channel has neither what is replaced nor the release itself, by this
   * very record.
   */
  publish(channel: string, publication: Publication): Promise<void>;
}

/** Throws CHANNEL_MOVED (usage) unless the channel has what was expected. */
export function requireCurrent(
  channel: string,
  current: string | undefined,
  expected: string | undefined,
): void {
  if (current === expected) return;
  const seen = `the channel ${channel} has ${current ?? 'nothing'}, not ${expected ?? 'nothing'}`;
  throw new UsageError('CHANNEL_MOVED', `${seen}; look at it again`);
}
