/**
 * What happened in an attempt, in order, with a scrubber: the slider walks through the events, and
 * so do the arrow keys while it has the focus.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { TraceEvent } from '../results/html/page-data.js';
import { duration } from './format.js';

interface Props {
  readonly events: readonly TraceEvent[];
  readonly durationMs: number | undefined;
}

/** The timeline and list of one attempt. */
export function Trace({ events, durationMs }: Props) {
  const firstBad = events.findIndex(({ isBad }) => isBad);
  const [at, setAt] = useState(firstBad < 0 ? 0 : firstBad);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const row = list.current?.children[at];
    if (row instanceof HTMLElement && list.current) {
      list.current.scrollTop = row.offsetTop - list.current.clientHeight / 2;
    }
  }, [at]);
  if (events.length === 0) return <p class="dim">the event log says nothing of this attempt</p>;
  const endMs = Math.max(1, durationMs ?? 0, ...events.map(({ atMs }) => atMs));
  return (
    <section>
      <h2>What happened</h2>
      <div class="scrubber">
        <div class="marks" aria-hidden="true">
          {events.map(({ atMs, kind, isBad }, index) => (
            <i
              key={`${atMs} ${index}`}
              class={`${kind} ${isBad ? 'bad' : ''} ${index === at ? 'now' : ''}`}
              style={{ left: `${(atMs / endMs) * 100}%` }}
            />
          ))}
        </div>
        <input
          type="range"
          min={0}
          max={events.length - 1}
          value={at}
          aria-label="Walk through the events"
          aria-valuetext={events[at]?.text ?? ''}
          onInput={(event) => setAt(Number(event.currentTarget.value))}
        />
      </div>
      {events[at]?.detail && <pre class="detail">{events[at].detail}</pre>}
      <ol class="events" ref={list}>
        {events.map(({ atMs, kind, text, isBad }, index) => (
          <li
            key={`${atMs} ${index}`}
            class={isBad ? 'bad' : ''}
            aria-current={index === at ? 'step' : undefined}
          >
            <button type="button" onClick={() => setAt(index)}>
              <span class="at">{duration(atMs)}</span>
              <span class="kind">{names[kind]}</span>
              <span>{text}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

const names: Readonly<Record<TraceEvent['kind'], string>> = {
  phase: 'phase',
  ready: 'ready',
  command: 'command',
  qmp: 'QMP',
  step: 'step',
  'step-end': 'step ends',
  finding: 'finding',
  attached: 'attached',
  end: 'end',
};
