/**
 * The machine trace: everything that happened in an attempt on one time axis, a lane for each kind,
 * with a slider that moves through the time; arrow keys go from event to event.
 */

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EmbeddedFile, TraceEvent } from '../results/html/page-data.js';
import { fileText } from './files.js';
import { moment } from './format.js';
import { PictureView } from './picture-view.js';
import { isOf, type Lane, lanes, TraceLanes } from './trace-lanes.js';
import { TraceList } from './trace-list.js';

interface Props {
  /** The element with the events. */
  readonly trace: string | undefined;
  readonly files: readonly EmbeddedFile[];
  readonly durationMs: number | undefined;
}

/** The timeline and list of one attempt. */
export function Trace({ trace, files, durationMs }: Props) {
  const [events, setEvents] = useState<readonly TraceEvent[]>();
  useEffect(() => {
    if (trace === undefined) return setEvents([]);
    void fileText(trace).then((text) => setEvents(JSON.parse(text) as TraceEvent[]));
  }, [trace]);
  if (events === undefined) return <p class="dim">…</p>;
  if (events.length === 0) return <p class="dim">the event log says nothing of this attempt</p>;
  return <Scrubber events={events} files={files} durationMs={durationMs} />;
}

interface ScrubberProps extends Omit<Props, 'trace'> {
  readonly events: readonly TraceEvent[];
}

function Scrubber({ events: all, files, durationMs }: ScrubberProps) {
  const [hidden, setHidden] = useState<readonly Lane[]>([]);
  const events = useMemo(
    () => all.filter(({ kind }) => !hidden.some((lane) => isOf(lane, kind))),
    [all, hidden],
  );
  const firstBad = all.find(({ isBad }) => isBad);
  const [now, setNow] = useState<TraceEvent | undefined>(firstBad ?? all[0]);
  const at = indexOf(events, now);
  const endMs = Math.max(1, durationMs ?? 0, all.at(-1)?.atMs ?? 0);
  const go = (index: number) => setNow(events[Math.min(events.length - 1, Math.max(0, index))]);
  const picture = files.find(({ name }) => name === now?.file);
  return (
    <section>
      <h2>What happened</h2>
      <LaneChips all={all} hidden={hidden} onHide={setHidden} />
      <div class="scrubber">
        <TraceLanes events={events} nowMs={now?.atMs} endMs={endMs} />
        <Slider
          now={now}
          endMs={endMs}
          onTime={(ms) => go(lastUpTo(events, ms))}
          onStep={(step) => go(at + step)}
        />
      </div>
      {now?.detail && <pre class="detail">{now.detail}</pre>}
      {picture && <PictureView key={picture.id} file={picture} />}
      <TraceList events={events} at={at} onChoose={go} />
    </section>
  );
}

interface LaneChipsProps {
  readonly all: readonly TraceEvent[];
  readonly hidden: readonly Lane[];
  readonly onHide: (hidden: readonly Lane[]) => void;
}

function LaneChips({ all, hidden, onHide }: LaneChipsProps) {
  const toggle = (lane: Lane) =>
    onHide(hidden.includes(lane) ? hidden.filter((one) => one !== lane) : [...hidden, lane]);
  const countOf = (lane: Lane) => all.filter(({ kind }) => isOf(lane, kind)).length;
  return (
    <fieldset class="chips" aria-label="What the trace shows">
      {lanes
        .filter((lane) => countOf(lane) > 0)
        .map((lane) => (
          <button
            key={lane}
            type="button"
            class="chip"
            aria-pressed={!hidden.includes(lane)}
            onClick={() => toggle(lane)}
          >
            {lane} <span class="dim">{countOf(lane)}</span>
          </button>
        ))}
    </fieldset>
  );
}

interface SliderProps {
  readonly now: TraceEvent | undefined;
  readonly endMs: number;
  readonly onTime: (ms: number) => void;
  /** By how many events. */
  readonly onStep: (step: number) => void;
}

function Slider({ now, endMs, onTime, onStep }: SliderProps) {
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onStep(step);
  };
  return (
    <input
      type="range"
      min={0}
      max={Math.ceil(endMs)}
      step={1}
      value={Math.max(0, now?.atMs ?? 0)}
      aria-label="Walk through the time"
      aria-valuetext={`${moment(now?.atMs ?? 0)}: ${now?.text ?? ''}`}
      onInput={(event) => onTime(Number(event.currentTarget.value))}
      onKeyDown={onKey}
    />
  );
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageUp: -20,
  PageDown: 20,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** The same event, or when it is hidden the last one before it. */
function indexOf(events: readonly TraceEvent[], now: TraceEvent | undefined): number {
  const found = now === undefined ? -1 : events.indexOf(now);
  return found >= 0 ? found : lastUpTo(events, now?.atMs ?? 0);
}

/** The number of the last event that is not later; 0 when all are. */
function lastUpTo(events: readonly TraceEvent[], ms: number): number {
  return Math.max(
    0,
    events.findLastIndex(({ atMs }) => atMs <= ms),
  );
}
