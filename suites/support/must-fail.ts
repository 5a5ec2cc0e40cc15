/**
 * Configs that must stop the boot: the machine ends in the emergency shell and says why. One that
 * comes up all the same has failed.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { ExpectedPattern } from '../../harness/model/suite.js';
import type { Readiness } from '../../harness/model/topology.js';
import { check } from './check.js';

const prompt = /Press Enter for emergency shell/;
const login = /^\S+ login:/;

/** The machine counts as booted when it has stopped, or when it has come up. */
export const stopped: Readiness = {
  kind: 'console',
  pattern: new RegExp(`${prompt.source}|${login.source}`),
};

const reason = 'the config must stop the boot';

/** What the console then says, which is not what ends the case. */
export const stopPatterns: readonly ExpectedPattern[] = [
  { pattern: 'ignition-failed', reason },
  { pattern: 'emergency-mode', reason },
  { pattern: 'unit-failed', reason },
  { pattern: 'dependency-failed', reason },
];

/** The machine stopped in the first boot, with Flatcar's sentence and Ignition's own error. */
export function checkStopped(machine: Machine, error: RegExp): void {
  const lines = machine.console.lines();
  check.excludes(
    lines.map((line) => (login.test(line) ? 'login prompt' : line)),
    'login prompt',
    'console of a machine that must not come up',
  );
  const report = lines.slice(lines.findIndex((line) => line.includes('Ignition has failed')));
  const text = report.join('\n');
  check.includes(text, 'Ignition has failed. Please ensure your config is valid.', 'console');
  check.matches(text, error, 'error of Ignition on the console');
  check.matches(text, prompt, 'console');
}
