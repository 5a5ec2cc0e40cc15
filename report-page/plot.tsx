/**
 * A chart over the time of the run, by uPlot.
 */

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { colourOf, useColourScheme } from './colours.js';

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
    if (!target.current) return;
    const colour = colourOf(target.current);
    const axis = { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 } };
    const stepped = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const paths = { points: { show: false }, ...(stepped ? { paths: stepped } : {}) };
    const [left, right] = axes;
    const onRight = {
      ...axis,
      label: right,
      side: 1,
      scale: 'MiB',
      grid: { show: false },
    } as const;
    const plot = new uPlot(
      {
        width: target.current.clientWidth,
        height: 160,
        scales: { x: { time: false } },
        axes: [
          { ...axis, label: 'seconds' },
          { ...axis, label: left },
          ...(right === undefined ? [] : [onRight as uPlot.Axis]),
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
  }, [data, axes, series, isStepped, scheme]);
  return <div class="plot" ref={target} role="img" aria-label={label} />;
}
