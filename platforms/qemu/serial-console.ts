/**
 * The first serial port of a running machine: its lines so far, waiting for one, and typing. The
 * raw bytes are kept by QEMU itself in `console.log`, so a flood of them is told and not taken in.
 */

import type { Socket } from 'node:net';
import {
  abortable,
  type Resolvers,
  scaleLimit,
  withDeadline,
  withResolvers,
} from '../../harness/base/deadline.js';
import { type HarnessError, ProductError } from '../../harness/base/errors.js';
import type { MachineConsole } from '../../harness/model/machine.js';
import { ConsoleLines } from './console-lines.js';
import { ConsoleText } from './console-text.js';

/** What a console is made of. */
export interface SerialConsoleOptions {
  readonly machine: string;
  readonly socket: Socket;
  /** Multiplies the deadlines of `waitFor`. */
  readonly slowness: number;
  /** Ends every wait: the attempt's, and the machine's end. */
  readonly signal: AbortSignal;
  /** Lines that were printed before this socket existed. */
  readonly history: readonly string[];
  /** Told of every finished line that comes over the socket. */
  readonly onLine: (text: string) => void;
  /** Told how many bytes have come, as they come. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** Told once that more has come than any healthy machine prints; nothing is taken in after that. */
  readonly onFlood?: (() => void) | undefined;
  /** How much that is. Default {@link floodLimits}. */
  readonly most?: FloodLimits;
}

/** What one process of a machine may print. */
export interface FloodLimits {
  readonly bytes: number;
  readonly lines: number;
}

/** Hundreds of boots; a machine that a suite starts anew begins at nothing. */
export const floodLimits: FloodLimits = { bytes: 64 * 1024 * 1024, lines: 1_000_000 };

interface Waiter {
  readonly pattern: RegExp;
  readonly found: Resolvers<string>;
}

/** Lives as long as QEMU's end of the socket. */
export class SerialConsole implements MachineConsole {
  /** Resolves when the port has closed and its last line has been reported. */
  readonly closed: Promise<void>;
  readonly #options: SerialConsoleOptions;
  readonly #text = new ConsoleText();
  readonly #lines: ConsoleLines;
  readonly #waiters = new Set<Waiter>();
  #left: FloodLimits;
  #isFlooded = false;

  constructor(options: SerialConsoleOptions) {
    this.#options = options;
    this.#lines = new ConsoleLines(options.history);
    this.#left = options.most ?? floodLimits;
    const { socket } = options;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', () => socket.destroy());
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#receive(this.#text.end());
        resolve();
      });
    });
  }

  /** Every line since power-on, very old ones empty; the last one may be unfinished. */
  lines(): readonly string[] {
    const { unfinished } = this.#text;
    const lines = this.#lines.all();
    if (unfinished !== '') lines.push(unfinished);
    return lines;
  }

  async waitFor(
    pattern: RegExp,
    { timeoutMs, from }: { readonly timeoutMs: number; readonly from?: number },
  ): Promise<string> {
    const limitMs = scaleLimit(timeoutMs, this.#options.slowness);
    using deadline = withDeadline(this.#options.signal, limitMs, () =>
      this.#late(pattern, limitMs),
    );
    return await this.waitUntil(pattern, deadline.signal, from);
  }

  /** Like {@link waitFor}, with a deadline that the caller has made; the lines before `from` are old. */
  async waitUntil(pattern: RegExp, signal: AbortSignal, from = 0): Promise<string> {
    const past = this.lines()
      .slice(from)
      .find((line) => matches(line, pattern));
    if (past !== undefined) return past;
    const waiter: Waiter = { pattern, found: withResolvers<string>() };
    this.#waiters.add(waiter);
    try {
      return await abortable(waiter.found.promise, signal);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  async send(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#options.socket.write(text, (error) =>
        error ? reject(this.#closedError(error)) : resolve(),
      );
    });
  }

  /** Closes the harness's end; QEMU goes on without a listener. */
  close(): void {
    this.#options.socket.destroy();
  }

  #take(bytes: Buffer): void {
    if (this.#isFlooded) return;
    this.#options.onBytes?.(bytes.length);
    const lines = this.#text.push(bytes);
    this.#receive(lines);
    this.#count(bytes.length, lines.length);
  }

  #count(bytes: number, lines: number): void {
    this.#left = { bytes: this.#left.bytes - bytes, lines: this.#left.lines - lines };
    this.#isFlooded = this.#left.bytes < 0 || this.#left.lines < 0;
    if (this.#isFlooded) this.#options.onFlood?.();
  }

  #receive(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#options.onLine(line);
    }
    for (const line of [...lines, this.#text.unfinished]) this.#offer(line);
  }

  #offer(line: string): void {
    for (const { pattern, found } of this.#waiters) {
      if (matches(line, pattern)) found.resolve(line);
    }
  }

  #late(pattern: RegExp, limitMs: number): HarnessError {
    const { machine } = this.#options;
    const message = `${machine}: no console line matched ${pattern} within ${limitMs} ms`;
    const evidence = `last line: ${this.lines().at(-1) ?? '(none)'}`;
    return new ProductError('CONSOLE_TIMEOUT', message, { machine, evidence, waitedMs: limitMs });
  }

  #closedError(cause: Error): unknown {
    const { machine, signal } = this.#options;
    if (signal.aborted) return signal.reason;
    const message = `${machine}: cannot type, its console is closed; did the machine end?`;
    return new ProductError('CONSOLE_CLOSED', message, { machine, cause });
  }
}

/** A pattern with the flag `g` or `y` remembers where it stopped; every line starts afresh. */
function matches(line: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return pattern.test(line);
}
