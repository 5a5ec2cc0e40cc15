/**
 * The verbs of a guest over SSH: commands here, files, units and the journal by the files beside
 * this one. It holds one connection at a time and opens the next one when that was lost.
 */

import { scaleLimit, withDeadline } from '../../harness/base/deadline.js';
import { type HarnessError, toError } from '../../harness/base/errors.js';
import type {
  ExecOptions,
  ExecResult,
  Guest,
  JournalEntry,
  JournalQuery,
  PutOptions,
  UnitState,
} from '../../harness/model/machine.js';
import { cutOff, outputTruncated, requireSuccess } from './command-end.js';
import { ConnectionLate, ConnectionLost } from './connection-lost.js';
import { readGuestFile, uploadFile, writeGuestFile } from './guest-files.js';
import { readJournal } from './guest-journal.js';
import { type Connector, GuestLink } from './guest-link.js';
import { failedUnits, readUnit, waitForUnit } from './guest-units.js';
import { remoteCommandLine, showArgv } from './quote-argv.js';
import type { RemoteCommand, SshConnection } from './ssh-connection.js';

/** A program and its arguments. */
export type Argv = readonly [string, ...string[]];

/** What a guest is made of. */
export interface SshGuestOptions {
  /** Called for the first connection and again whenever the last one was lost. */
  readonly connect: Connector;
  /** Ends every verb. */
  readonly signal: AbortSignal;
  /** Multiplies every deadline, given or by default. Default 1. */
  readonly slowness?: number;
  /** Told of every command when it has ended, or was cut off: it has no status then, and the reason as stderr. */
  readonly onCommand?: (result: ExecResult) => void;
  /** Puts the true error in place of a lost connection, say QEMU_EXITED. Default: the loss itself. */
  readonly explain?: (lost: ConnectionLost) => Promise<HarnessError> | HarnessError;
}

/** What verbs inside this folder may ask for beyond {@link ExecOptions}. */
export interface CommandOptions extends Omit<ExecOptions, 'stdin'> {
  readonly stdin?: NonNullable<RemoteCommand['stdin']>;
  /** What is recorded instead of the arguments. */
  readonly recorded?: Argv;
  /** Bytes to keep of each output stream. Default 1 MiB. */
  readonly outputLimit?: number;
}

/** Dispose it with `disconnect`. All verbs throw GUEST_UNREACHABLE and COMMAND_TIMEOUT (product). */
export class SshGuest implements Guest, AsyncDisposable {
  readonly #options: SshGuestOptions;
  readonly #link: GuestLink;

  constructor(options: SshGuestOptions) {
    this.#options = options;
    this.#link = new GuestLink(options.connect, options.signal);
  }

  /** How much slower than the reference host this one is. */
  get slowness(): number {
    return this.#options.slowness ?? 1;
  }

  /** What ends every verb. */
  get signal(): AbortSignal {
    return this.#options.signal;
  }

  async exec(argv: Argv, options: ExecOptions = {}): Promise<ExecResult> {
    return await this.command(argv, options);
  }

  async output(argv: Argv, options: ExecOptions = {}): Promise<string> {
    return (await this.checked(argv, options)).trim();
  }

  async sh(script: string, options: ExecOptions = {}): Promise<ExecResult> {
    const recorded = ['sh', '-eu', '-c', script] as const;
    if (options.stdin !== undefined) return await this.command(recorded, options);
    const input = { stdin: scriptInput(script), recorded };
    return await this.command(['sh', '-eu'], { ...options, ...input });
  }

  readFile(path: string): Promise<string> {
    return readGuestFile(this, path);
  }

  writeFile(path: string, contents: string | Uint8Array, options?: PutOptions): Promise<void> {
    return writeGuestFile(this, { path, contents, ...options });
  }

  upload(hostPath: string, guestPath: string, options?: PutOptions): Promise<void> {
    return uploadFile(this, { hostPath, path: guestPath, ...options });
  }

  unit(name: string): Promise<UnitState> {
    return readUnit(this, name);
  }

  waitForUnit(
    name: string,
    activeState: string,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<UnitState> {
    return waitForUnit(this, { name, activeState, ...options });
  }

  failedUnits(): Promise<readonly string[]> {
    return failedUnits(this);
  }

  journal(query: JournalQuery = {}): Promise<readonly JournalEntry[]> {
    return readJournal(this, query);
  }

  bootId(): Promise<string> {
    return this.output(['cat', '/proc/sys/kernel/random/boot_id']);
  }

  /** Closes the connection, if any, say before a freeze; the next verb opens a new one. */
  disconnect(): void {
    this.#link.drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnect();
  }

  /** Runs a program whatever its status; `exec` with the options of this folder's own verbs. */
  async command(argv: Argv, options: CommandOptions): Promise<ExecResult> {
    const { sudo, timeoutMs = 60_000, recorded = argv, ...rest } = options;
    const asRoot = (words: Argv): Argv => (sudo ? ['sudo', '-n', '--', ...words] : words);
    const limitMs = scaleLimit(timeoutMs, this.slowness);
    const limits = { limitMs, signal: this.#options.signal };
    const command = remoteCommandLine(asRoot(argv));
    return await this.#run({ argv: asRoot(recorded), command, ...limits, ...rest });
  }

  /** Untrimmed stdout of a command that must succeed. Throws COMMAND_FAILED, OUTPUT_TRUNCATED. */
  async checked(argv: Argv, options: CommandOptions): Promise<string> {
    const result = await this.command(argv, options);
    requireSuccess(result);
    if (result.truncated) throw outputTruncated(result);
    return result.stdout;
  }

  async #run(command: RemoteCommand): Promise<ExecResult> {
    try {
      const startedMs = performance.now();
      const connection = await this.#connection(command);
      const limitMs = Math.max(1, command.limitMs - (performance.now() - startedMs));
      return await this.#record(connection, { ...command, limitMs: Math.round(limitMs) });
    } catch (error) {
      if (!(error instanceof ConnectionLost) || !this.#options.explain) throw error;
      throw await this.#options.explain(error);
    }
  }

  async #record(connection: SshConnection, command: RemoteCommand): Promise<ExecResult> {
    const { onCommand } = this.#options;
    const startedMs = performance.now();
    try {
      const result = await connection.run(command);
      onCommand?.(result);
      return result;
    } catch (error) {
      const durationMs = performance.now() - startedMs;
      if (!command.signal.aborted) onCommand?.(cutOff(command, durationMs, toError(error)));
      throw error;
    }
  }

  async #connection(command: RemoteCommand) {
    const late = () => {
      const what = `no SSH connection within ${command.limitMs} ms`;
      return new ConnectionLate('connect', `${what}, needed for ${showArgv(command.argv)}`);
    };
    using deadline = withDeadline(command.signal, command.limitMs, late);
    return await this.#link.get(deadline.signal);
  }
}

/**
 * A script as the input of `sh`. The group is read whole before it runs, so that its commands can't
 * eat the rest of it and a lost connection can't run half of it.
 */
function scriptInput(script: string): string {
  return `{ :; ${script}\n} </dev/null\n`;
}
