/**
 * A line of a console as its journal has it: the console adds to a message who said it, and when.
 */

/**
 * Priority, time, systemd's mark, the speaker. The program that a segmentation fault is of looks like
 * a speaker, but is what the kernel says (Linux arch/x86/mm/fault.c).
 */
const decoration =
  /^\s*(?:<\d+>)?\s*(?:\[\s*\d+\.\d+\]\s*)?(?:\[[ A-Z!*]{4,10}\]\s*)?(?:[\w@.-]+\[\d+\]: (?!segfault at ))?/;

/** The message alone. */
export function undecorated(line: string): string {
  return line.replace(decoration, '').trim();
}
