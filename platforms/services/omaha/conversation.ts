/**
 * What a machine and its update server said to each other: kept in order, waited for, and told in the
 * message of whoever waits in vain.
 */

import { abortable, type Resolvers, withResolvers } from '../../../harness/base/deadline.js';
import type { UpdateEvent, UpdateMessage } from '../../../harness/model/updates.js';

/** A message before it has a time. */
export type NewMessage = UpdateMessage extends infer Message
  ? Message extends unknown
    ? Omit<Message, 'atMs'>
    : never
  : never;

interface Waiter {
  readonly matches: (message: UpdateMessage) => boolean;
  readonly found: Resolvers<UpdateMessage>;
}

/** Lives as long as the machine, over all its processes. */
export class Conversation {
  readonly #messages: UpdateMessage[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #onMessage: (message: UpdateMessage) => void;

  /** `onMessage` is told of each, once. */
  constructor(onMessage: (message: UpdateMessage) => void) {
    this.#onMessage = onMessage;
  }

  get messages(): readonly UpdateMessage[] {
    return [...this.#messages];
  }

  add(message: NewMessage): void {
    const full = { atMs: Date.now(), ...message } as UpdateMessage;
    this.#messages.push(full);
    this.#onMessage(full);
    for (const { matches, found } of this.#waiters) if (matches(full)) found.resolve(full);
  }

  /** The first that matches after the first `from`; throws the signal's reason. */
  async waitFor(
    matches: (message: UpdateMessage) => boolean,
    { from, signal }: { readonly from: number; readonly signal: AbortSignal },
  ): Promise<UpdateMessage> {
    const past = this.#messages.slice(from).find(matches);
    if (past) return past;
    const waiter: Waiter = { matches, found: withResolvers<UpdateMessage>() };
    this.#waiters.add(waiter);
    try {
      return await abortable(waiter.found.promise, signal);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** In a line: `check 9999.0.0 alpha → update 9999.1.0, event 13/1, …`. */
  toString(): string {
    return this.#messages.map(describeMessage).join(', ') || 'nothing';
  }
}

/** One message in a few words. */
export function describeMessage(message: UpdateMessage): string {
  switch (message.kind) {
    case 'check': {
      const { client, answer, version = '', reason } = message;
      const said =
        `check ${client.version} ${client.track ?? 'of no track'} → ${answer} ${version}`.trimEnd();
      return reason === undefined ? said : `${said} (${reason})`;
    }
    case 'ping':
      return `ping ${message.client.version}`;
    case 'event':
      return describeEvent(message.event);
    case 'download': {
      const { status, from, sent, complete, file } = message;
      const what = file === undefined ? 'download' : `download of ${file}`;
      return `${what} from ${from}: ${status}, ${sent} bytes${complete ? '' : ', cut off'}`;
    }
    case 'unreadable':
      return `unreadable request (${message.reason})`;
  }
}

/** With the code as it was sent where flags were in it. */
function describeEvent({
  type,
  result,
  errorCode,
  errorFlags,
  sentErrorCode,
}: UpdateEvent): string {
  const event = `event ${type}/${result}`;
  if (errorCode === undefined) return event;
  return `${event} error ${errorCode}${errorFlags ? ` (sent as ${sentErrorCode})` : ''}`;
}
