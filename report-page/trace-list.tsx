/**
 * The events of a trace around the one that is looked at, one line each.
 */

import { useEffect, useRef } from 'preact/hooks';
import type { TraceEvent } from '../results/html/page-data.js';
import { moment } from './format.js';

/** So many on each side: more would make the browser slow and nobody reads them at once. */
const around = 150;

interface Props {
  readonly events: readonly TraceEvent[];
  /** The number of the event that is looked at. */
  readonly at: number;
  readonly onChoose: (index: number) => void;
}

/** The list keeps the event in its middle. */
export function TraceList({ events, at, onChoose }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const from = Math.max(0, at - around);
  useEffect(() => {
    const row = list.current?.children[at - from];
    if (row instanceof HTMLElement && list.current) {
      list.current.scrollTop = row.offsetTop - list.current.clientHeight / 2;
    }
  }, [at, from, events]);
  return (
    <ol class="events" ref={list} start={from + 1}>
      {events.slice(from, at + around + 1).map(({ atMs, kind, text, isBad }, offset) => (
        <li
          key={from + offset}
          class={isBad ? 'bad' : ''}
          aria-current={from + offset === at ? 'step' : undefined}
        >
          <button type="button" onClick={() => onChoose(from + offset)}>
            <span class="at">{moment(Math.max(0, atMs))}</span>
            <span class="kind">{names[kind]}</span>
            <span class="what">{text}</span>
          </button>
        </li>
      ))}
    </ol>
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
  release: 'release',
  lost: 'lost',
  returned: 'back',
  network: 'network',
  end: 'end',
  console: 'console',
  journal: 'journal',
  packet: 'packet',
  screen: 'screen',
};
