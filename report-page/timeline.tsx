/**
 * The whole run over time: every attempt on a lane, and above them what the machines that were up
 * had been given, how many cases waited, and how the host fared.
 */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { formatDuration, plural } from '../harness/model/quantity-text.js';
import type { LoadPoint, PageData } from '../results/html/page-data.js';
import { Plot, type Series } from './plot.js';
import { type Bar, barsOf, lengthOf, queueOf } from './run-bars.js';
import { RunLanes } from './run-lanes.js';

/** The view of the run over time. */
export function Timeline({ data }: { readonly data: PageData }) {
  const bars = useMemo(() => barsOf(data), [data]);
  const endMs = Math.max(lengthOf(data), ...bars.map(({ toMs }) => toMs));
  return (
    <>
      <h1>Timeline</h1>
      <p class="dim">
        {plural(bars.length, 'attempt')} in {formatDuration(endMs)}
      </p>
      <Occupancy bars={bars} endMs={endMs} />
      <Queue bars={bars} endMs={endMs} planned={data.record.cases.length} />
      <Load load={data.load} endMs={endMs} />
      <RunLanes bars={bars} endMs={endMs} />
    </>
  );
}

interface BarsProps {
  readonly bars: readonly Bar[];
  readonly endMs: number;
}

/** Sums of what is in use, at each time at which something begins or ends. */
function occupancyOf({ bars, endMs }: BarsProps): [number[], number[], number[]] {
  const changes = new Set([0, ...bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), endMs]);
  const times = [...changes].sort((a, b) => a - b);
  const at = (ms: number) => bars.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  const sum = (ms: number, of: (bar: Bar) => number) =>
    at(ms).reduce((all, bar) => all + of(bar), 0);
  return [
    times.map((ms) => ms / 1000),
    times.map((ms) => sum(ms, ({ vcpus }) => vcpus)),
    times.map((ms) => sum(ms, ({ memoryMiB }) => memoryMiB)),
  ];
}

const queueSeries: readonly Series[] = [
  { label: 'cases waiting', colour: '--flaky' },
  { label: 'attempts running', colour: '--accent' },
];
const queueAxes = ['cases'] as const;

function Queue({ bars, endMs, planned }: BarsProps & { readonly planned: number }) {
  const data = useMemo<uPlot.AlignedData>(() => {
    const [timesMs, waiting, running] = queueOf(bars, planned, endMs);
    return [timesMs.map((ms) => ms / 1000), waiting, running];
  }, [bars, planned, endMs]);
  const label = 'cases that wait and attempts that run over time';
  const chart = { label, endMs, data, axes: queueAxes, series: queueSeries };
  return <Plot {...chart} isStepped />;
}

const occupancySeries: readonly Series[] = [
  { label: 'vCPUs given', colour: '--accent' },
  { label: 'MiB given', colour: '--flaky', scale: 'MiB' },
];
const occupancyAxes = ['vCPUs', 'MiB'] as const;

function Occupancy({ bars, endMs }: BarsProps) {
  const data = useMemo(() => occupancyOf({ bars, endMs }), [bars, endMs]);
  const label = 'vCPUs and memory given to machines over time';
  const chart = { label, endMs, data, axes: occupancyAxes, series: occupancySeries };
  return <Plot {...chart} isStepped />;
}

const loadSeries: readonly Series[] = [
  { label: 'CPU busy', colour: '--accent' },
  { label: 'waiting for CPU', colour: '--failed' },
  { label: 'waiting for memory', colour: '--errored' },
  { label: 'waiting for disks', colour: '--neutral' },
  { label: 'MiB available', colour: '--flaky', scale: 'MiB' },
];
const loadAxes = ['% of time', 'MiB'] as const;

function Load({ load, endMs }: { readonly load: readonly LoadPoint[]; readonly endMs: number }) {
  const data = useMemo<uPlot.AlignedData>(() => {
    const percent = (value: number | undefined) => (value === undefined ? null : value * 100);
    return [
      load.map(({ atMs }) => atMs / 1000),
      load.map(({ cpuBusy }) => percent(cpuBusy)),
      load.map(({ cpuStalled }) => percent(cpuStalled)),
      load.map(({ memoryStalled }) => percent(memoryStalled)),
      load.map(({ ioStalled }) => percent(ioStalled)),
      load.map(({ memoryAvailableMiB }) => memoryAvailableMiB ?? null),
    ];
  }, [load]);
  if (load.length < 2) return null;
  const label = 'processors, memory and pressure of the host over time';
  return <Plot label={label} endMs={endMs} axes={loadAxes} series={loadSeries} data={data} />;
}
