/**
 * What happened at one moment of a span, as OTLP's span events.
 */

import type { Exclusion } from '../../harness/model/plan.js';
import type { AttemptRecord } from '../../harness/model/record.js';
import { type Attribute, attributesOf, nanos } from './otlp-values.js';

/** As the protocol has it. */
export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

/** When each machine was ready, and how it had been started. */
export function readyEvents({ startedAt, boots }: AttemptRecord): readonly SpanEvent[] {
  return boots.map(({ machine, start, accelerator, readyMs }) => ({
    timeUnixNano: nanos(startedAt, readyMs),
    name: 'machine ready',
    attributes: attributesOf({
      'switchyard.machine': machine,
      'switchyard.start': start,
      'switchyard.accelerator': accelerator,
    }),
  }));
}

/** Cases that the run leaves out on purpose have no time of their own. */
export function excludedEvent({ suite, reason }: Exclusion, at: string): SpanEvent {
  const facts = { 'test.suite.name': suite, 'switchyard.reason': reason };
  return { timeUnixNano: nanos(at), name: 'case excluded', attributes: attributesOf(facts) };
}
