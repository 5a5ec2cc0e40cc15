/**
 * The time axis of a trace: a lane for each kind of event, drawn on a canvas since a console alone
 * may have thousands of lines.
 */

import { useEffect, useRef } from 'preact/hooks';
import type { TraceEvent } from '../results/html/page-data.js';
import { colourOf, useColourScheme } from './colours.js';
import { moment } from './format.js';

/** Lanes from the top. What is on none is never drawn, so each kind has to be named. */
const laneOf = {
  phase: 'machine',
  ready: 'machine',
  lost: 'machine',
  returned: 'machine',
  end: 'machine',
  step: 'steps',
  'step-end': 'steps',
  attached: 'steps',
  release: 'steps',
  finding: 'findings',
  command: 'commands',
  qmp: 'QMP',
  console: 'console',
  journal: 'journal',
  network: 'network',
  packet: 'packets',
  screen: 'screen',
} as const satisfies Record<TraceEvent['kind'], string>;

/** What is shown or hidden together. */
export type Lane = (typeof laneOf)[TraceEvent['kind']];

/** From the top. */
export const lanes: readonly Lane[] = [...new Set(Object.values(laneOf))];

/** Whether events of this kind are on the lane. */
export function isOf(lane: Lane, kind: TraceEvent['kind']): boolean {
  return laneOf[kind] === lane;
}

interface Props {
  readonly events: readonly TraceEvent[];
  readonly nowMs: number | undefined;
  readonly endMs: number;
}

const laneHeight = 14;
const labelWidth = 72;

/** Drawn anew whenever something changes; the slider below it says the same to a screen reader. */
export function TraceLanes({ events, nowMs, endMs }: Props) {
  const target = useRef<HTMLCanvasElement>(null);
  const scheme = useColourScheme();
  const shown = lanes.filter((lane) => events.some(({ kind }) => isOf(lane, kind)));
  const height = shown.length * laneHeight;
  useEffect(() => {
    if (target.current) drawLanes(target.current, { events, shown, endMs, nowMs });
  }, [events, nowMs, endMs, shown.length, scheme]);
  return (
    <div class="lanes-of-trace">
      <canvas
        ref={target}
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`events over time: ${shown.join(', ')}`}
      />
      <div class="axis dim" aria-hidden="true">
        <span>0</span>
        <span>{moment(endMs / 2)}</span>
        <span>{moment(endMs)}</span>
      </div>
    </div>
  );
}

interface Drawing {
  readonly events: readonly TraceEvent[];
  readonly shown: readonly Lane[];
  readonly endMs: number;
  readonly nowMs: number | undefined;
}

function drawLanes(canvas: HTMLCanvasElement, { events, shown, endMs, nowMs }: Drawing): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio;
  [canvas.width, canvas.height] = [width * scale, height * scale];
  context.scale(scale, scale);
  const colour = colourOf(canvas);
  const x = (ms: number) => labelWidth + (Math.max(0, ms) / endMs) * (width - labelWidth - 8);
  context.font = '11px sans-serif';
  context.textBaseline = 'middle';
  for (const [index, lane] of shown.entries()) {
    const top = index * laneHeight;
    context.fillStyle = colour('--dim');
    context.fillText(lane, 4, top + laneHeight / 2);
    for (const { kind, isBad, atMs } of events) {
      if (!isOf(lane, kind)) continue;
      context.fillStyle = colour(isBad ? '--failed' : laneColours[lane]);
      context.fillRect(x(atMs), top + 2, isBad ? 3 : 1, laneHeight - 4);
    }
  }
  if (nowMs === undefined) return;
  context.fillStyle = colour('--text');
  context.fillRect(x(nowMs), 0, 1, height);
}

const laneColours: Readonly<Record<Lane, string>> = {
  machine: '--accent',
  steps: '--accent',
  findings: '--flaky',
  commands: '--passed',
  QMP: '--errored',
  console: '--neutral',
  journal: '--neutral',
  network: '--neutral',
  packets: '--neutral',
  screen: '--accent',
};
