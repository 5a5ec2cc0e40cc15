/**
 * The whole run over time: every attempt on a lane, and above them what the machines that were up
 * had been given, and how the host fared.
 */

import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { LoadPoint, PageData } from '../results/html/page-data.js';
import { duration } from './format.js';

interface Bar {
  readonly index: number;
  readonly label: string;
  readonly outcome: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When the last machine was ready; the part before is booting. */
  readonly readyMs: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
}

function barsOf({ record }: PageData): Bar[] {
  const start = Date.parse(record.startedAt);
  return record.cases.flatMap(({ suite, cost, attempts }, index) =>
    attempts.map(({ startedAt, durationMs = 0, outcome, boots }) => {
      const fromMs = Date.parse(startedAt) - start;
      const readyMs = fromMs + Math.max(0, ...boots.map((boot) => boot.readyMs));
      const { vcpus, memoryMiB } = cost;
      const toMs = fromMs + durationMs;
      return { index, label: suite, outcome, fromMs, toMs, readyMs, vcpus, memoryMiB };
    }),
  );
}

/** Each bar on the first lane that is free when it begins. */
function lanesOf(bars: readonly Bar[]): { readonly bar: Bar; readonly lane: number }[] {
  const freeAt: number[] = [];
  const sorted = [...bars].sort((a, b) => a.fromMs - b.fromMs);
  return sorted.map((bar) => {
    const free = freeAt.findIndex((at) => at <= bar.fromMs);
    const lane = free < 0 ? freeAt.length : free;
    freeAt[lane] = bar.toMs;
    return { bar, lane };
  });
}

const width = 1000;
const laneHeight = 26;

/** The view of the run over time. */
export function Timeline({ data }: { readonly data: PageData }) {
  const bars = barsOf(data);
  const lanes = lanesOf(bars);
  const endMs = Math.max(1, ...bars.map(({ toMs }) => toMs));
  const height = (1 + Math.max(0, ...lanes.map(({ lane }) => lane))) * laneHeight;
  const x = (ms: number) => (ms / endMs) * width;
  return (
    <>
      <h1>Timeline</h1>
      <p class="dim">
        {bars.length} attempts in {duration(endMs)}; the pale part of a bar is booting
      </p>
      <Occupancy bars={bars} />
      <Load load={data.load} />
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
            aria-label={`${bar.label}: ${bar.outcome}, ${duration(bar.toMs - bar.fromMs)}`}
          >
            <title>{`${bar.label}: ${bar.outcome}, ${duration(bar.toMs - bar.fromMs)}`}</title>
            <rect
              class={`bar ${bar.outcome}`}
              x={x(bar.fromMs)}
              y={lane * laneHeight + 2}
              width={Math.max(1, x(bar.toMs - bar.fromMs) - 1)}
              height={laneHeight - 4}
            />
            <rect
              class="booting"
              x={x(bar.fromMs)}
              y={lane * laneHeight + 2}
              width={Math.max(0, x(Math.min(bar.readyMs, bar.toMs) - bar.fromMs))}
              height={laneHeight - 4}
            />
          </a>
        ))}
      </svg>
    </>
  );
}

/** Sums of what is in use, at each time at which something begins or ends. */
function occupancyOf(bars: readonly Bar[]): [number[], number[], number[]] {
  const times = [...new Set(bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort(
    (a, b) => a - b,
  );
  const at = (ms: number) => bars.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  const sum = (ms: number, of: (bar: Bar) => number) =>
    at(ms).reduce((all, bar) => all + of(bar), 0);
  return [
    times.map((ms) => ms / 1000),
    times.map((ms) => sum(ms, ({ vcpus }) => vcpus)),
    times.map((ms) => sum(ms, ({ memoryMiB }) => memoryMiB)),
  ];
}

type Series = { readonly label: string; readonly colour: string; readonly scale?: string };

interface PlotProps {
  readonly label: string;
  readonly axes: readonly [string, string];
  readonly series: readonly Series[];
  readonly data: uPlot.AlignedData;
  readonly isStepped?: boolean;
}

/** A chart over the seconds of the run, with an axis on the left and one, for MiB, on the right. */
function Plot({ label, axes, series, data, isStepped = false }: PlotProps) {
  const target = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!target.current) return;
    const style = getComputedStyle(document.body);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 } };
    const stepped = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const paths = { points: { show: false }, ...(stepped ? { paths: stepped } : {}) };
    const plot = new uPlot(
      {
        width: target.current.clientWidth,
        height: 160,
        scales: { x: { time: false } },
        axes: [
          { ...axis, label: 'seconds' },
          { ...axis, label: axes[0] },
          { ...axis, label: axes[1], side: 1, scale: 'MiB', grid: { show: false } },
        ],
        series: [
          { label: 's' },
          ...series.map(({ colour: name, ...one }) => ({ ...one, stroke: colour(name), ...paths })),
        ],
      },
      data,
      target.current,
    );
    return () => plot.destroy();
  }, [data, axes, series, isStepped]);
  return <div class="plot" ref={target} role="img" aria-label={label} />;
}

const occupancySeries: readonly Series[] = [
  { label: 'vCPUs given', colour: '--accent' },
  { label: 'MiB given', colour: '--flaky', scale: 'MiB' },
];
const occupancyAxes = ['vCPUs', 'MiB'] as const;

function Occupancy({ bars }: { readonly bars: readonly Bar[] }) {
  const data = useMemo(() => occupancyOf(bars), [bars]);
  const label = 'vCPUs and memory given to machines over time';
  return <Plot label={label} axes={occupancyAxes} series={occupancySeries} data={data} isStepped />;
}

const loadSeries: readonly Series[] = [
  { label: 'CPU busy', colour: '--accent' },
  { label: 'waiting for CPU', colour: '--failed' },
  { label: 'waiting for memory', colour: '--errored' },
  { label: 'MiB available', colour: '--flaky', scale: 'MiB' },
];
const loadAxes = ['% of time', 'MiB'] as const;

function Load({ load }: { readonly load: readonly LoadPoint[] }) {
  const data = useMemo<uPlot.AlignedData>(() => {
    const percent = (value: number | undefined) => (value === undefined ? null : value * 100);
    return [
      load.map(({ atMs }) => atMs / 1000),
      load.map(({ cpuBusy }) => percent(cpuBusy)),
      load.map(({ cpuStalled }) => percent(cpuStalled)),
      load.map(({ memoryStalled }) => percent(memoryStalled)),
      load.map(({ memoryAvailableMiB }) => memoryAvailableMiB ?? null),
    ];
  }, [load]);
  if (load.length < 2) return null;
  const label = 'processors, memory and pressure of the host over time';
  return <Plot label={label} axes={loadAxes} series={loadSeries} data={data} />;
}
