/**
 * Diagnostic text for a person at the terminal: one line per message on stderr. What a run found
 * goes to the event log, not here.
 */

/** Levels that a user can choose; `quiet` keeps warnings. */
export type LogLevel = 'quiet' | 'normal' | 'verbose';

export interface Logger {
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** A logger over any sink of lines. */
export function makeLogger(level: LogLevel, write: (line: string) => void): Logger {
  const ignore = () => undefined;
  return {
    warn: (message) => write(`warning: ${message}`),
    info: level === 'quiet' ? ignore : write,
    debug: level === 'verbose' ? write : ignore,
  };
}

/** The logger of the command line. */
export function stderrLogger(level: LogLevel): Logger {
  return makeLogger(level, (line) => process.stderr.write(`${line}\n`));
}

/** A logger that says nothing, for tests and libraries. */
export const silentLogger: Logger = makeLogger('quiet', () => undefined);
