/**
 * The terminal emulator and the charts, which are behind the logs in the file: most of the page's code,
 * and nothing of it is needed to read the overview.
 */

import type { Terminal } from '@xterm/xterm';
import type uPlot from 'uplot';
import { isRead } from './files.js';

/** What the last script of the file brings. */
export interface Libraries {
  readonly Terminal: typeof Terminal;
  readonly uPlot: typeof uPlot;
}

declare global {
  var reportLibraries: Libraries | undefined;
}

/** Resolves when the browser has come to them; rejects when the file ends before. */
export async function libraries(): Promise<Libraries> {
  await isRead();
  if (!globalThis.reportLibraries) throw new Error('the report is cut off: its end is missing');
  return globalThis.reportLibraries;
}
