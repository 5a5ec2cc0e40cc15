/**
 * The trace of an attempt: what the log says happened, with the time since it began.
 */

import type { LoggedEvent } from '../../harness/model/events.js';
import type { NetworkEvent } from '../../harness/model/network.js';
import { startText } from '../boot-text.js';
import { oneLine, plainText } from '../reporters/plain-text.js';
import type { TraceEvent } from './page-data.js';

type AttemptEvent = Extract<LoggedEvent, { readonly attempt: number }>;

/** The events of each attempt, by {@link attemptKey}. */
export function traceEvents(
  events: readonly LoggedEvent[],
): ReadonlyMap<string, readonly TraceEvent[]> {
  const traces = new Map<string, TraceEvent[]>();
  const starts = new Map<string, number>();
  const titles = new Map<string, string>();
  for (const event of events) {
    if (!('attempt' in event)) continue;
    const key = attemptKey(event.case, event.attempt);
    if (event.kind === 'step-started') titles.set(`${key} ${event.step}`, event.title);
    const start = starts.get(key) ?? Date.parse(event.at);
    starts.set(key, start);
    const title = event.kind === 'step-ended' ? titles.get(`${key} ${event.step}`) : undefined;
    const said = describe(event, title);
    const one = said && { atMs: Date.parse(event.at) - start, ...said };
    const trace = traces.get(key) ?? [];
    traces.set(key, trace);
    if (one) trace.push(one);
  }
  return traces;
}

/** The key of an attempt in {@link traceEvents}. */
export function attemptKey(caseId: string, attempt: number): string {
  return `${attempt} ${caseId}`;
}

function describe(event: AttemptEvent, title = ''): Omit<TraceEvent, 'atMs'> | undefined {
  switch (event.kind) {
    case 'machine-phase':
      return { kind: 'phase', text: `${event.machine}: ${event.phase}`, isBad: false };
    case 'machine-ready':
      return {
        kind: 'ready',
        text: `${event.boot.machine}: ready (${startText(event.boot)})`,
        isBad: false,
      };
    case 'machine-command':
      return {
        kind: 'command',
        text: oneLine(`${event.machine}: ${event.shown} → ${event.status ?? 'no exit status'}`),
        isBad: false,
        detail: plainText([event.stdout, event.stderr].filter((text) => text !== '').join('\n')),
      };
    case 'machine-qmp':
      return { kind: 'qmp', text: oneLine(`${event.machine}: ${event.event}`), isBad: false };
    case 'machine-lost':
      return { kind: 'lost', text: `${event.machine}: lost (${event.how})`, isBad: false };
    case 'machine-returned':
      return { kind: 'returned', text: `${event.machine}: back`, isBad: false };
    case 'network':
      return { kind: 'network', text: oneLine(networkText(event.event)), isBad: false };
    case 'step-started':
      return { kind: 'step', text: oneLine(event.title), isBad: false };
    case 'step-ended':
      return { kind: 'step-end', text: oneLine(title), isBad: !event.ok };
    case 'finding':
      return {
        kind: 'finding',
        text: oneLine(`${event.machine}: ${event.pattern}: ${event.text}`),
        isBad: event.severity !== 'note' && event.expected === undefined,
      };
    case 'attached':
      return { kind: 'attached', text: oneLine(event.name), isBad: false };
    case 'release-taken':
      return { kind: 'release', text: oneLine(`takes the release ${event.name}`), isBad: false };
    case 'attempt-ended':
      return { kind: 'end', text: endText(event), isBad: event.outcome !== 'passed' };
    default:
      return undefined;
  }
}

function networkText(event: NetworkEvent): string {
  switch (event.kind) {
    case 'lease':
      return `network: ${event.machine}: DHCP ${event.message}`;
    case 'name':
      return `network: ${event.type} ${event.question}`;
    case 'time':
      return `network: ${event.client} asks for the time`;
    case 'fault':
      return `network: ${JSON.stringify(event.step)}`;
    default:
      return `network: ${event.machine}: ${event.kind}`;
  }
}

function endText({ outcome, failure }: Extract<AttemptEvent, { kind: 'attempt-ended' }>): string {
  return failure ? oneLine(`${outcome}: ${failure.message}`) : outcome;
}
