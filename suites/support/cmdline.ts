/**
 * The kernel command line of the running boot, in words. A key may occur more than once, as
 * `rootflags` does on Flatcar, so all its values are kept.
 */

import type { Guest } from '../../harness/model/machine.js';

/** The words of a command line and what they say. */
export interface KernelCommandLine {
  readonly text: string;
  readonly words: readonly string[];
  /** Every value of `key=value`, in order. */
  values(key: string): readonly string[];
  /** The value that counts: the last one. */
  value(key: string): string | undefined;
}

/** Splits a command line; quoting does not occur in what Flatcar's GRUB passes. */
export function parseCommandLine(text: string): KernelCommandLine {
  const words = text.trim().split(/\s+/);
  const values = (key: string): readonly string[] =>
    words.filter((word) => word.startsWith(`${key}=`)).map((word) => word.slice(key.length + 1));
  return { text: text.trim(), words, values, value: (key) => values(key).at(-1) };
}

/** The command line that the machine booted with. */
export async function commandLine(guest: Guest): Promise<KernelCommandLine> {
  return parseCommandLine(await guest.readFile('/proc/cmdline'));
}
