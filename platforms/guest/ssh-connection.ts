/**
 * One authenticated connection that many commands share. It knows deadlines, limits of output and
 * its own loss; quoting and the meaning of commands are left to its users.
 */

import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, ClientChannel } from 'ssh2';
import { abortable, withDeadline, withResolvers } from '../../harness/base/deadline.js';
import { ProductError, toError } from '../../harness/base/errors.js';
import { poll } from '../../harness/base/poll.js';
import type { ExecResult } from '../../harness/model/machine.js';
import { BoundedOutput, defaultOutputLimit } from './bounded-output.js';
import { ConnectionLost } from './connection-lost.js';
import { showArgv } from './quote-argv.js';
import { SessionSlots } from './session-slots.js';

/** How one remote command is run. */
export interface RemoteCommand {
  /** One simple command for the remote login shell; a redirection may be appended. */
  readonly command: string;
  /** What is recorded and quoted in messages. */
  readonly argv: readonly string[];
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Sent whole, then end of file; without it the command reads an empty stdin. */
  readonly stdin?: string | Uint8Array | NodeJS.ReadableStream;
  /** Bytes to keep of each output stream. Default 1 MiB. */
  readonly outputLimit?: number;
}

interface Outputs {
  readonly stdout: BoundedOutput;
  readonly stderr: BoundedOutput;
}

type Exit = Pick<ExecResult, 'status' | 'signal'>;

interface Session {
  readonly channel: ClientChannel;
  readonly exit: Promise<Exit>;
}

/** Dispose it with `close`. Made by `connectSsh`. */
export class SshConnection implements AsyncDisposable {
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #slots = new SessionSlots(10);
  readonly #loss = withResolvers<never>();
  readonly #closed = withResolvers<void>();
  #lost: ConnectionLost | undefined;
  #cause: Error | undefined;

  /** Takes over a client that is ready and whose errors nobody else handles, and what it speaks over. */
  constructor(client: Client, socket: Duplex) {
    this.#client = client;
    this.#socket = socket;
    client.on('error', (error) => this.#noteLoss(error));
    client.on('close', () => {
      this.#noteLoss(undefined);
      this.#closed.resolve();
    });
  }

  /** Why there is no connection any more, by whichever side; undefined while it lives. */
  get lost(): ConnectionLost | undefined {
    return this.#lost;
  }

  /**
   * Runs one command. Throws COMMAND_TIMEOUT (product), ConnectionLost, or the signal's reason; the
   * status of the command is in the result and never an error.
   */
  async run(command: RemoteCommand): Promise<ExecResult> {
    const limit = command.outputLimit ?? defaultOutputLimit;
    const outputs = { stdout: new BoundedOutput(limit), stderr: new BoundedOutput(limit) };
    const startedMs = performance.now();
    using deadline = withDeadline(command.signal, command.limitMs, () =>
      commandTimeout(command, outputs),
    );
    using _slot = await this.#slots.take(deadline.signal);
    const { signal } = deadline;
    const open = () => this.#open(lineOf(command), outputs, signal);
    const { channel, exit } = await poll(open, { signal, intervalMs: 20 });
    try {
      sendInput(channel, command.stdin);
      const end = await abortable(Promise.race([exit, this.#loss.promise]), deadline.signal);
      if (end.status === undefined && end.signal === undefined) throw this.#withoutStatus(command);
      return { argv: command.argv, ...end, ...texts(outputs), durationMs: since(startedMs) };
    } finally {
      endChannel(channel);
    }
  }

  /** Tells the server, and ends the connection; running commands throw ConnectionLost. Never throws. */
  close(): void {
    this.#client.end();
    this.#noteLoss(new Error('closed by the harness'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#closed.promise;
  }

  /**
   * Undefined when the server has no session free: it counts one until it has reaped its process,
   * which may be after it has told us the end. Nothing was run then.
   */
  async #open(line: string, outputs: Outputs, signal: AbortSignal): Promise<Session | undefined> {
    if (this.#lost) throw this.#lost;
    const opened = withResolvers<Session | undefined>();
    try {
      this.#client.exec(line, (error, channel) => {
        if (error && 'reason' in error) opened.resolve(undefined);
        else if (error) opened.reject(new ConnectionLost('session', error.message, error));
        // Listened to in this very tick: output and status may be in the packet that follows.
        else opened.resolve({ channel, exit: channelExit(channel, outputs) });
      });
    } catch (error) {
      throw this.#lost ?? new ConnectionLost('session', toError(error).message, error);
    }
    try {
      return await abortable(Promise.race([opened.promise, this.#loss.promise]), signal);
    } catch (error) {
      // A channel that opens after nobody waits for it any more still has to be closed.
      opened.promise
        .then((session) => session && endChannel(session.channel))
        .catch(() => undefined);
      throw error;
    }
  }

  /** A channel that ended without a status is a lost connection, or a server that gave up on it. */
  #withoutStatus(command: RemoteCommand): ConnectionLost {
    const why = `the server ended the session of ${showArgv(command.argv)} without an exit status`;
    return this.#lost ?? new ConnectionLost('session', why);
  }

  #noteLoss(cause: Error | undefined): void {
    this.#cause ??= cause;
    if (this.#lost) return;
    const reason = this.#cause?.message ?? 'ended by the guest';
    this.#lost = new ConnectionLost('session', `SSH connection lost: ${reason}`, this.#cause);
    this.#loss.reject(this.#lost);
    // Not the client's own: that does nothing for a connection whose end has been said.
    this.#socket.destroy();
  }
}

/**
 * Without input, stdin is empty by redirection and not by end of file: ssh2 sends no signal through
 * a channel whose input has ended, and a command that is late should be killed.
 */
function lineOf(command: RemoteCommand): string {
  return command.stdin === undefined ? `${command.command} </dev/null` : command.command;
}

function channelExit(channel: ClientChannel, outputs: Outputs): Promise<Exit> {
  const ended = withResolvers<Exit>();
  let exit: Exit = { status: undefined, signal: undefined };
  channel.on('data', (chunk: Buffer) => outputs.stdout.add(chunk));
  channel.stderr.on('data', (chunk: Buffer) => outputs.stderr.add(chunk));
  channel.on('exit', (status: number | null, signal?: string) => {
    exit = { status: status ?? undefined, signal };
  });
  channel.on('error', (error: Error) => ended.reject(error));
  channel.on('close', () => ended.resolve(exit));
  return ended.promise;
}

/** Input that nobody reads is no error: a command may end before it has read all. */
function sendInput(channel: ClientChannel, stdin: RemoteCommand['stdin']): void {
  if (stdin === undefined) return;
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) {
    channel.end(stdin);
    return;
  }
  pipeline(stdin, channel.stdin, { end: true }).catch(() => undefined);
}

/** Asks the server to end the command and closes the channel; harmless after a normal end. */
function endChannel(channel: ClientChannel): void {
  channel.signal('KILL');
  channel.close();
}

function texts(outputs: Outputs): Pick<ExecResult, 'stdout' | 'stderr' | 'truncated'> {
  const { stdout, stderr } = outputs;
  const truncated = stdout.truncated || stderr.truncated;
  return { stdout: stdout.text(), stderr: stderr.text(), truncated };
}

function since(startedMs: number): number {
  return Math.round(performance.now() - startedMs);
}

function commandTimeout(command: RemoteCommand, outputs: Outputs): ProductError {
  const said = outputs.stderr.tail() || outputs.stdout.tail() || 'nothing';
  const what = `${showArgv(command.argv)} did not end within ${command.limitMs} ms`;
  return new ProductError('COMMAND_TIMEOUT', `${what}; its last output: ${said}`, {
    phase: 'suite',
    evidence: said,
    waitedMs: command.limitMs,
  });
}
