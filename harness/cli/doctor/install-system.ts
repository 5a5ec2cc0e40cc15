/**
 * The machine as the installer uses it: what apt knows, how to become root, and one command at a
 * time with its output in a log.
 */

import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';
import { abortable } from '../../base/deadline.js';
import { defined } from '../../base/errors.js';
import type { InstallStep } from './install-step.js';
import { readPackageHost } from './package-host.js';
import type { PackageHost } from './package-plan.js';

/** How a step is run. */
export interface StepOptions {
  readonly prefix: readonly string[];
  /** Appended to. */
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** What the installer needs of a machine. */
export interface InstallSystem {
  read(packages: readonly string[], signal: AbortSignal): Promise<PackageHost>;
  /** What to put before a command to run it as root; undefined when there is no way. */
  rootPrefix(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Undefined when it succeeded, otherwise the status and the last thing it said. */
  run(step: InstallStep, options: StepOptions): Promise<string | undefined>;
}

/** The machine that this process runs on. */
export const thisSystem: InstallSystem = { read: readPackageHost, rootPrefix, run };

async function rootPrefix(signal: AbortSignal): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const { exitCode } = await execa('sudo', ['-n', 'true'], { reject: false, cancelSignal: signal });
  signal.throwIfAborted();
  return exitCode === 0 ? ['sudo', '-n'] : undefined;
}

async function run(step: InstallStep, options: StepOptions): Promise<string | undefined> {
  const [command = '', ...args] = [...options.prefix, ...step.argv];
  const child = execa(command, args, {
    ...defined({ input: step.stdin }),
    ...(step.stdin === undefined ? { stdin: 'ignore' as const } : {}),
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: options.signal,
  });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  log.write(`$ ${[command, ...args].join(' ')}\n`);
  try {
    // A daemon that a package starts may keep the pipe open: the signal must end this wait as well.
    const output = copyLines(child.all, (line) => log.write(`${line}\n`));
    const lastLine = await abortable(output, options.signal);
    const { exitCode, code } = await child;
    options.signal.throwIfAborted();
    return exitCode === 0 ? undefined : `${code ?? `exit ${exitCode}`}: ${lastLine}`;
  } finally {
    await finished(log.end());
  }
}

/** Shows the lines on one line of the terminal as they come, and returns the last that says much. */
async function copyLines(
  stream: NodeJS.ReadableStream,
  write: (line: string) => void,
): Promise<string> {
  const terminal = process.stderr.isTTY ? process.stderr : undefined;
  let last = '';
  for await (const line of createInterface({ input: stream })) {
    write(line);
    if (line.trim() !== '') last = line.trim();
    terminal?.write(`\r\x1b[K  ${last.slice(0, (terminal.columns ?? 80) - 4)}`);
  }
  terminal?.write('\r\x1b[K');
  return last;
}
