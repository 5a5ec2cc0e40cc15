/**
 * What is wrong with a text that is no YAML.
 */

import type { Place } from './report.js';

/** Text that is no YAML. */
export class YamlSyntaxError extends Error {
  /** The message without a line. */
  readonly problem: string;
  /** Undefined where none is known. */
  readonly place: Place | undefined;

  /** The message has the line of `at`; a place that the original does not tell is `beside` it. */
  constructor(problem: string, at?: Place, beside?: Place) {
    super(at === undefined ? problem : `line ${at.line}: ${problem}`);
    this.problem = problem;
    this.place = at ?? beside;
  }
}
