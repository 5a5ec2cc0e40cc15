/**
 * Every attempt of the run as a bar that leads to its case; the pattern of its beginning says how its
 * machines came up.
 */

import { formatDuration } from '../harness/model/quantity-text.js';
import { type Bar, lanesOf, type StartKind } from './run-bars.js';

interface Props {
  readonly bars: readonly Bar[];
  readonly endMs: number;
}

const width = 1000;
const laneHeight = 26;

/** The bars, and what their patterns mean. */
export function RunLanes({ bars, endMs }: Props) {
  const lanes = lanesOf(bars);
  const height = (1 + Math.max(0, ...lanes.map(({ lane }) => lane))) * laneHeight;
  const x = (ms: number) => (ms / endMs) * width;
  return (
    <>
      <Legend kinds={[...new Set(bars.map(({ kind }) => kind))]} />
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: each bar is a link with a name of its own */}
      <svg
        class="lanes"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        style={{ height }}
      >
        {lanes.map(({ bar, lane }) => (
          <a
            key={`${bar.index} ${bar.fromMs}`}
            href={`#/case/${bar.index}`}
            aria-label={describe(bar)}
          >
            <title>{describe(bar)}</title>
            <rect
              class={`bar ${bar.outcome}`}
              x={x(bar.fromMs)}
              y={lane * laneHeight + 2}
              width={Math.max(1, x(bar.toMs - bar.fromMs) - 1)}
              height={laneHeight - 4}
            />
            <rect
              class={`booting ${bar.kind}`}
              x={x(bar.fromMs)}
              y={lane * laneHeight + 2}
              width={Math.max(0, x(Math.min(bar.readyMs, bar.toMs) - bar.fromMs))}
              height={heights[bar.kind]}
            />
          </a>
        ))}
      </svg>
    </>
  );
}

/** The more of the bar is pale, the more of a boot there was. */
const heights: Readonly<Record<StartKind, number>> = {
  cold: laneHeight - 4,
  'first-boot': (laneHeight - 4) * 0.66,
  mixed: (laneHeight - 4) * 0.5,
  fork: (laneHeight - 4) * 0.33,
  unknown: 0,
};

const meanings: Readonly<Record<StartKind, string>> = {
  cold: 'cold boot',
  'first-boot': 'first boot from a frozen initrd',
  mixed: 'several kinds',
  fork: 'fork of a settled machine',
  unknown: 'no machine was ready',
};

function Legend({ kinds }: { readonly kinds: readonly StartKind[] }) {
  return (
    <p class="dim">
      While machines come up, the upper part of a bar is pale:{' '}
      {kinds.map((kind) => (
        <span key={kind} class="legend">
          <svg width="22" height={laneHeight - 4} aria-hidden="true">
            <rect class="bar" width="22" height={laneHeight - 4} />
            <rect class={`booting ${kind}`} width="22" height={heights[kind]} />
          </svg>{' '}
          {meanings[kind]}
        </span>
      ))}
    </p>
  );
}

function describe({ label, outcome, fromMs, toMs, waitedMs, starts }: Bar): string {
  const how = starts === '' ? '' : `, ${starts}`;
  return `${label}: ${outcome}, ${formatDuration(toMs - fromMs)}${how}, waited ${formatDuration(waitedMs)}`;
}
