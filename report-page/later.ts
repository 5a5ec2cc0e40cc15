/**
 * The script at the end of the file, see `libraries.ts`.
 */

import { Terminal } from '@xterm/xterm';
import uPlot from 'uplot';

globalThis.reportLibraries = { Terminal, uPlot };
