/**
 * A chart over the time of the run, by uPlot.
 */

import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { colourOf, useColourScheme } from './colours.js';
import { type Libraries, libraries } from './libraries.js';

/** A line of a chart; `colour` is a property of the style sheet. */
export type Series = { readonly label: string; readonly colour: string; readonly scale?: string };

interface PlotProps {
  readonly label: string;
  readonly axes: readonly [left: string, right?: string];
  readonly series: readonly Series[];
  readonly data: uPlot.AlignedData;
  readonly isStepped?: boolean;
}

/** A chart over the seconds of the run, with an axis on the left and perhaps one, for MiB, on the right. */
export function Plot({ label, axes, series, data, isStepped = false }: PlotProps) {
  const target = useRef<HTMLDivElement>(null);
  const scheme = useColourScheme();
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    let plot: uPlot | undefined;
    let isGone = false;
    void libraries().then(({ uPlot: Chart }) => {
      if (!isGone) plot = draw(Chart, element, { axes, series, data, isStepped });
    });
    return () => {
      isGone = true;
      plot?.destroy();
    };
  }, [data, axes, series, isStepped, scheme]);
  return <div class="plot" ref={target} role="img" aria-label={label} />;
}

function draw(
  Chart: Libraries['uPlot'],
  element: HTMLElement,
  { axes: [left, right], series, data, isStepped = false }: Omit<PlotProps, 'label'>,
): uPlot {
  const colour = colourOf(element);
  const axis: uPlot.Axis = {
    stroke: colour('--dim'),
    grid: { stroke: colour('--line'), width: 1 },
  };
  const onRight: uPlot.Axis = {
    ...axis,
    label: right ?? '',
    side: 1,
    scale: 'MiB',
    grid: { show: false },
  };
  const leftAxes = [
    { ...axis, label: 'seconds' },
    { ...axis, label: left },
  ];
  const stepped = isStepped ? Chart.paths.stepped?.({ align: 1 }) : undefined;
  const paths = { points: { show: false }, ...(stepped ? { paths: stepped } : {}) };
  const lines = series.map(({ colour: name, ...one }) => ({
    ...one,
    stroke: colour(name),
    ...paths,
  }));
  const options = {
    width: element.clientWidth,
    height: 160,
    scales: { x: { time: false } },
    axes: right === undefined ? leftAxes : [...leftAxes, onRight],
    series: [{ label: 's' }, ...lines],
  };
  return new Chart(options, data, element);
}
