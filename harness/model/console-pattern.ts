/**
 * What a console line can mean.
 */

import type { Phase } from './outcome.js';

/** An entry of the catalogue; suites name it in `expects` when they provoke it on purpose. */
export interface ConsolePattern {
  readonly name: string;
  readonly pattern: RegExp;
  /** Where in a machine's life it happens. */
  readonly phase: Phase;
  /** `fatal` ends the attempt at once; a `note` is only recorded. */
  readonly severity: 'fatal' | 'note';
  /** The code of the failure that a fatal one gives. */
  readonly code: string;
  /** Who prints it. */
  readonly source: string;
}
