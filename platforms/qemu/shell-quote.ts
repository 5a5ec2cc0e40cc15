/**
 * Arguments for a POSIX shell, or for what reads a command as one does.
 */

/** Quotes one argument for a POSIX shell. */
export function shellQuote(argument: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
