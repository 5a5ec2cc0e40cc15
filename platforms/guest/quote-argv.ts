/**
 * Exact arguments through a remote login shell: SSH carries one string, which the user's shell
 * splits again.
 */

import { UsageError } from '../../harness/base/errors.js';

const safeArgument = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word that a POSIX shell reads back as exactly `argument`. Throws BAD_ARGV for a NUL byte. */
export function quoteArgument(argument: string): string {
  if (argument.includes('\0')) {
    const shown = JSON.stringify(argument.slice(0, 80));
    throw new UsageError('BAD_ARGV', `argument ${shown} has a NUL byte; pass such data by stdin`);
  }
  return safeArgument.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** The arguments as one line for a POSIX shell. Throws BAD_ARGV. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteArgument).join(' ');
}

/**
 * The line that makes a login shell run a program in its own place: `exec` finds programs only,
 * never a builtin, alias or function of the same name. Throws BAD_ARGV.
 */
export function remoteCommandLine(argv: readonly string[]): string {
  return `exec ${quoteArgv(argv)}`;
}

/** The arguments for a message: quoted, and cut to a readable length. */
export function showArgv(argv: readonly string[]): string {
  const line = argv.map((part) => part.replaceAll('\0', '\\0')).map(quoteArgument);
  const text = line.join(' ').replaceAll('\n', '\\n');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
