/**
 * The channels at a glance: what each has, since when, and what keeps the next release away from it.
 */

import { oneLine } from '../reporters/plain-text.js';
import type { GateVerdict } from './evaluate.js';

/** What may come to a channel: the gate's verdict on it, or why there is none. */
export type NextRelease =
  | { readonly version: string; readonly verdict: GateVerdict }
  | { readonly version: string; readonly problem: string };

/** A channel, and what may come to it. */
export interface ChannelState {
  readonly channel: string;
  /** Undefined when it never had anything. */
  readonly version: string | undefined;
  /** When it was promoted, ISO 8601; undefined when nobody knows. */
  readonly since: string | undefined;
  /** The version that some architectures have already, of a promotion that died. */
  readonly half: string | undefined;
  /** Why it is not to be had any more, where it was revoked and the channel still offers it. */
  readonly revoked: string | undefined;
  readonly candidates: readonly NextRelease[];
}

const dayMs = 86_400_000;

/** Lines for a terminal. */
export function renderBoard(channels: readonly ChannelState[], now: Date): readonly string[] {
  return channels.flatMap(({ channel, version, since, candidates, ...marks }) => {
    const age = since === undefined ? '' : `, for ${ageOf(since, now)}`;
    const has = `${version ?? 'nothing'}${age}`;
    const head = `${channel.padEnd(8)} ${[has, ...describeMarks(marks)].join(', ')}`;
    const next = candidates.map((one) => `  ${one.version.padEnd(12)} ${describeNext(one)}`);
    return [head, ...next];
  });
}

/** What is not as it should be with what machines of the channel get. */
export function describeMarks({
  half,
  revoked,
}: Pick<ChannelState, 'half' | 'revoked'>): readonly string[] {
  return [
    ...(half === undefined ? [] : [`on some architectures ${half} already`]),
    ...(revoked === undefined ? [] : [`REVOKED and still offered: ${oneLine(revoked, 200)}`]),
  ];
}

/** How long ago, in whole days. */
export function ageOf(since: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(since)) / dayMs);
  return days === 1 ? '1 day' : `${days} days`;
}

/** The verdict, and the rules that do not hold. */
export function describeNext(next: NextRelease): string {
  if ('problem' in next) return `can’t be judged: ${oneLine(next.problem, 300)}`;
  const { verdict, rules } = next.verdict;
  const open = rules.filter(({ status }) => status !== 'PASS' && status !== 'WAIVED');
  const why = open.map(({ rule, status }) => `${rule} ${status}`).join(', ');
  return `${verdict}${why ? `: ${why}` : ''}`;
}
