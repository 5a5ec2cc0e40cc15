/**
 * The QEMU Machine Protocol over one connected socket: commands with answers, and events as they
 * come (QEMU's QMP specification, "QEMU Machine Protocol Specification" 1.1).
 */

import type { Socket } from 'node:net';
import { z } from 'zod';
import { abortable, type Resolvers, withResolvers } from '../../harness/base/deadline.js';
import { InfrastructureError } from '../../harness/base/errors.js';

const messageSchema = z.union([
  z.object({ QMP: z.object({ version: z.unknown() }) }),
  z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).optional() }),
  z.object({ id: z.int(), return: z.unknown() }),
  z.object({
    id: z.int().optional(),
    error: z.object({ class: z.string(), desc: z.string() }),
  }),
]);

type Message = z.infer<typeof messageSchema>;

/** Something that QEMU reports of itself, such as `RESET` or `SHUTDOWN`. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One session. It ends with the socket, which is closed by QEMU's exit at the latest. */
export class QmpClient {
  /** Resolves when the session has ended and every event has been delivered. Never rejects. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #pending = new Map<number, Resolvers<unknown>>();
  readonly #greeted = withResolvers<void>();
  readonly #onEvent: (event: QmpEvent) => void;
  #nextId = 1;
  #unfinished = '';

  private constructor(socket: Socket, onEvent: (event: QmpEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    // Not readline: it never learns of a socket that ends by a reset.
    socket.setEncoding('utf8').on('data', (text: string) => this.#split(text));
    socket.on('error', () => socket.destroy());
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#failAll(new InfrastructureError('QMP_CLOSED', 'QEMU closed its QMP session'));
        resolve();
      });
    });
  }

  /** Waits for the greeting and leaves negotiation mode. Events begin to arrive after that. */
  static async start(
    socket: Socket,
    onEvent: (event: QmpEvent) => void,
    signal: AbortSignal,
  ): Promise<QmpClient> {
    const client = new QmpClient(socket, onEvent);
    await abortable(client.#greeted.promise, signal);
    await client.execute('qmp_capabilities', {}, signal);
    return client;
  }

  /** Runs one command and returns its answer. Throws QMP_ERROR, QMP_CLOSED, the signal's reason. */
  async execute(
    command: string,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (this.#socket.destroyed)
      throw new InfrastructureError('QMP_CLOSED', `${command}: no session`);
    const id = this.#nextId++;
    const answer = withResolvers<unknown>();
    this.#pending.set(id, answer);
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    return await abortable(answer.promise, signal);
  }

  /** Runs a command of the human monitor and returns its text; for what QMP itself can't tell. */
  async monitor(line: string, signal: AbortSignal): Promise<string> {
    const answer = await this.execute('human-monitor-command', { 'command-line': line }, signal);
    return z.string().parse(answer);
  }

  /** Ends the session; the VM goes on. */
  close(): void {
    this.#socket.destroy();
  }

  #split(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    for (const line of lines) this.#receive(line.trim());
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (!message) {
      const what = `not a QMP message: ${line.slice(0, 200)}`;
      this.#failAll(new InfrastructureError('QMP_ERROR', what));
      this.close();
    } else if ('QMP' in message) this.#greeted.resolve();
    else if ('event' in message) this.#onEvent({ event: message.event, data: message.data ?? {} });
    else this.#settle(message);
  }

  #settle(message: Extract<Message, { id?: number | undefined }>): void {
    const waiting = this.#pending.get(message.id ?? -1);
    if (message.id !== undefined) this.#pending.delete(message.id);
    if ('error' in message)
      waiting?.reject(new InfrastructureError('QMP_ERROR', message.error.desc));
    else waiting?.resolve(message.return);
  }

  #failAll(error: InfrastructureError): void {
    this.#greeted.reject(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function parseMessage(line: string): Message | undefined {
  try {
    return messageSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
