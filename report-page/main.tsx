/**
 * The page of the HTML report: reads what the file holds and shows it. Text of guests is only ever
 * text here, or goes to the terminal emulator.
 */

import { render } from 'preact';
import type { PageData } from '../results/html/page-data.js';
import { App } from './app.js';
import '@xterm/xterm/css/xterm.css';
import 'uplot/dist/uPlot.min.css';
import './style.css';

const data = document.getElementById('data')?.textContent ?? '';
const target = document.getElementById('app');
if (target) render(<App data={JSON.parse(data) as PageData} />, target);
