/**
 * A machine that nobody can reach but at its serial console, where `core` is logged in.
 */

import type { MachineConsole } from '../../harness/model/machine.js';
import { check } from './check.js';

/** What a suite with such a machine needs of an image. */
export const consoleNeeds = ['console', 'console-autologin'];

/** The prompt of the shell. */
export const shellPrompt = /\bcore@\S+.*\$/;

/**
 * Types a command and returns its output as one line. What is typed is echoed too, but there the
 * substitution stands where the answer has its text, so only the answer matches. A tag is used once.
 * Throws CONSOLE_TIMEOUT, also where there is no output.
 */
export async function ask(console: MachineConsole, tag: string, command: string): Promise<string> {
  await console.send(`echo "<${tag}:$(${command} | tr -d '\\n')>"\n`);
  const answer = new RegExp(`<${tag}:([^$].*)>`);
  const line = await console.waitFor(answer, { timeoutMs: 90_000 });
  return check.matches(line, answer, `answer to ${command}`)[1] ?? '';
}
