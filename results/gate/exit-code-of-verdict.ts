/**
 * The exit status of a verdict, by the project's table: 0 promoted, 1 held, 3 when nobody can tell.
 */

import type { GateVerdict } from './evaluate.js';

/**
 * 0 promote; 1 when something failed, is waited for or wants consent; 3 when the evidence is missing or
 * not to be believed, and nothing is known to have failed.
 */
export function exitCodeOfVerdict({ verdict, rules }: GateVerdict): 0 | 1 | 3 {
  if (verdict === 'promote') return 0;
  if (verdict === 'block') return 3;
  const has = (status: string) => rules.some((rule) => rule.status === status);
  return !has('FAIL') && has('INCONCLUSIVE') ? 3 : 1;
}
