/**
 * A chart over the time of the run, by uPlot. All of them have one time axis in one place, as the lanes
 * of attempts have, and show one moment together.
 */

import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { colourOf, useColourScheme } from './colours.js';
import { type Libraries, libraries } from './libraries.js';

/** A line of a chart; `colour` is a property of the style sheet. */
export type Series = { readonly label: string; readonly colour: string; readonly scale?: string };

interface PlotProps {
  readonly label: string;
  /** Where the time axis ends, from 0. */
  readonly endMs: number;
  readonly axes: readonly [left: string, right?: string];
  readonly series: readonly Series[];
  readonly data: uPlot.AlignedData;
  readonly isStepped?: boolean;
}

/** A chart over the seconds of the run, with an axis on the left and perhaps one, for MiB, on the right. */
export function Plot({ label, endMs, axes, series, data, isStepped = false }: PlotProps) {
  const target = useRef<HTMLDivElement>(null);
  const scheme = useColourScheme();
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    let plot: uPlot | undefined;
    const resized = new ResizeObserver(() => plot?.setSize(sizeIn(element)));
    let isGone = false;
    void libraries().then(({ uPlot: Chart }) => {
      if (isGone) return;
      plot = draw(Chart, element, { endMs, axes, series, data, isStepped });
      resized.observe(element);
    });
    return () => {
      isGone = true;
      resized.disconnect();
      plot?.destroy();
    };
  }, [data, endMs, axes, series, isStepped, scheme]);
  return <div class="plot" ref={target} role="img" aria-label={label} />;
}

function sizeIn(element: HTMLElement): Pick<uPlot, 'width' | 'height'> {
  return { width: element.clientWidth, height: 220 };
}

/** Pixels of an axis and its label; the style sheet gives the lanes the margins of left and right. */
const axisSizes = {
  time: { size: 34, labelSize: 20 },
  left: { size: 44, labelSize: 20 },
  right: { size: 60, labelSize: 20 },
} as const;
const rightMargin = axisSizes.right.size + axisSizes.right.labelSize;

function draw(
  Chart: Libraries['uPlot'],
  element: HTMLElement,
  { endMs, axes: [left, right], series, data, isStepped = false }: Omit<PlotProps, 'label'>,
): uPlot {
  const colour = colourOf(element);
  const stepped = isStepped ? Chart.paths.stepped?.({ align: 1 }) : undefined;
  const paths = { points: { show: false }, ...(stepped ? { paths: stepped } : {}) };
  const lines = series.map(({ colour: name, ...one }) => ({
    ...one,
    stroke: colour(name),
    ...paths,
  }));
  const options: uPlot.Options = {
    ...sizeIn(element),
    padding: [10, right === undefined ? rightMargin : 0, 0, 0],
    // To zoom into one chart would take it off the time of the others.
    cursor: { sync: { key: 'run', scales: ['x', null] }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: [0, endMs / 1000] } },
    axes: axesOf(colour, left, right),
    series: [{ label: 's' }, ...lines],
  };
  return new Chart(options, data, element);
}

function axesOf(
  colour: (name: string) => string,
  left: string,
  right: string | undefined,
): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: colour('--dim'),
    grid: { stroke: colour('--line'), width: 1 },
  };
  const onLeft = [
    { ...axis, ...axisSizes.time, label: 'seconds' },
    { ...axis, ...axisSizes.left, label: left },
  ];
  if (right === undefined) return onLeft;
  const onRight = { ...axis, ...axisSizes.right, label: right, side: 1 as const, scale: 'MiB' };
  return [...onLeft, { ...onRight, grid: { show: false } }];
}
