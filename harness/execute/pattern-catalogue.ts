/**
 * The catalogue of lines that mean trouble. Data only: what is done about them is the machine
 * watch's affair. The first entry that matches counts, so what is special comes before what is
 * general.
 */

import type { LogPattern } from '../model/log-pattern.js';
import { firmwarePatterns } from './patterns/firmware.js';
import { initrdPatterns } from './patterns/initrd.js';
import { kernelPatterns } from './patterns/kernel.js';
import { programPatterns } from './patterns/programs.js';
import { storagePatterns } from './patterns/storage.js';
import { unitPatterns } from './patterns/units.js';

export const patternCatalogue: readonly LogPattern[] = [
  ...firmwarePatterns,
  ...kernelPatterns,
  ...storagePatterns,
  ...initrdPatterns,
  ...unitPatterns,
  ...programPatterns,
];

/** What suites may expect. */
export const patternNames: readonly string[] = patternCatalogue.map(({ name }) => name);
