/**
 * The channels at a glance: what each has, since when, and what keeps the next release away from it.
 */

import type { GateVerdict } from './evaluate.js';

/** A channel, and the verdicts about what may come to it. */
export interface ChannelState {
  readonly channel: string;
  /** Undefined when it never had anything. */
  readonly version: string | undefined;
  /** When it was promoted, ISO 8601; undefined when nobody knows. */
  readonly since: string | undefined;
  readonly candidates: readonly GateVerdict[];
}

const dayMs = 86_400_000;

/** Lines for a terminal. */
export function renderBoard(channels: readonly ChannelState[], now: Date): readonly string[] {
  return channels.flatMap(({ channel, version, since, candidates }) => {
    const age = since === undefined ? '' : `, for ${ageOf(since, now)}`;
    const head = `${channel.padEnd(8)} ${version ?? 'nothing'}${age}`;
    return [head, ...candidates.map(renderCandidate)];
  });
}

function ageOf(since: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(since)) / dayMs);
  return days === 1 ? '1 day' : `${days} days`;
}

function renderCandidate({ version, verdict, rules }: GateVerdict): string {
  const open = rules.filter(({ status }) => status !== 'PASS' && status !== 'WAIVED');
  const why = open.map(({ rule, status }) => `${rule} ${status}`).join(', ');
  return `  ${version.padEnd(12)} ${verdict}${why ? `: ${why}` : ''}`;
}
