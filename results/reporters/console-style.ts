/**
 * Glyphs and colours of the console. Colour is decided once, by whoever opens the reporter.
 */

import { styleText } from 'node:util';
import type { CaseStatus } from '../../harness/model/outcome.js';

type Format = Parameters<typeof styleText>[0];

/** Paints text, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/** A painter for a terminal with or without colours. */
export function makePaint(colour: boolean): Paint {
  const options = { validateStream: false };
  return colour ? (format, text) => styleText(format, text, options) : (_format, text) => text;
}

/** NO_COLOR (no-color.org) wins over FORCE_COLOR, which wins over what the stream is. */
export function wantsColour(isTty: boolean, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return isTty && environment['TERM'] !== 'dumb';
}

const marks: Readonly<Record<CaseStatus, readonly [string, Format]>> = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  errored: ['!', 'magenta'],
  flaky: ['~', 'yellow'],
  missing: ['?', 'magenta'],
  cancelled: ['?', 'magenta'],
  skipped: ['–', 'gray'],
  excluded: ['–', 'gray'],
};

/** The coloured glyph of a status. */
export function markOf(status: CaseStatus, paint: Paint): string {
  const [glyph, format] = marks[status];
  return paint(format, glyph);
}

/** A word in the colour of a status. */
export function inColourOf(status: CaseStatus, text: string, paint: Paint): string {
  return paint(marks[status][1], text);
}
