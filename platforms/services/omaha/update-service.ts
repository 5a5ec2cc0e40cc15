/**
 * An update server for one machine: it speaks Omaha, serves payloads, keeps the conversation, and can
 * go wrong in every way that a suite asks for. It outlives the machine's processes, so that a machine
 * that lost its power finds the server as it left it.
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { scaleLimit, withDeadline } from '../../../harness/base/deadline.js';
import { ProductError } from '../../../harness/base/errors.js';
import type {
  OfferOptions,
  UpdateFault,
  UpdateMessage,
  UpdateRelease,
  UpdateServer,
} from '../../../harness/model/updates.js';
import { CheckEndpoint, checkPath } from './check-endpoint.js';
import { Conversation } from './conversation.js';
import { Faults } from './faults.js';
import { PayloadServer } from './payload-server.js';
import { Releases } from './releases.js';

/** Whose server it is, and where. */
export interface UpdateServiceOptions {
  readonly machine: string;
  readonly address: string;
  readonly port: number;
  /** A directory of channels, for what no suite offers. */
  readonly channels?: string;
  /** Multiplies the deadlines of `waitFor`. */
  readonly slowness: number;
  /** The attempt's. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: UpdateMessage) => void;
}

/** {@link listener} belongs into an HTTP server, as often as the machine gets a new one. */
export class UpdateService implements UpdateServer {
  readonly url: string;
  readonly #options: UpdateServiceOptions;
  readonly #conversation: Conversation;
  readonly #faults = new Faults();
  readonly #releases: Releases;
  readonly #checks: CheckEndpoint;
  readonly #payloads: PayloadServer;

  constructor(options: UpdateServiceOptions) {
    const { address, port } = options;
    const base = `http://${address}${port === 80 ? '' : `:${port}`}`;
    this.#options = options;
    this.#conversation = new Conversation(options.onMessage);
    this.#releases = new Releases(options.channels);
    this.url = `${base}${checkPath}`;
    const parts = { base, conversation: this.#conversation, faults: this.#faults };
    this.#checks = new CheckEndpoint({ ...parts, releases: this.#releases });
    this.#payloads = new PayloadServer(parts);
  }

  offer(release: UpdateRelease | undefined, options: OfferOptions = {}): void {
    this.#releases.offer(release, options);
  }

  askAgainAfter(seconds: number | undefined): void {
    this.#checks.pollInterval = seconds;
  }

  inject(fault: UpdateFault): void {
    this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
  }

  messages(): readonly UpdateMessage[] {
    return this.#conversation.messages;
  }

  events(): readonly string[] {
    return this.messages().flatMap((message) => {
      return message.kind === 'event' ? [`${message.event.type}/${message.event.result}`] : [];
    });
  }

  async waitFor(
    what: string,
    matches: (message: UpdateMessage) => boolean,
    { timeoutMs = 60_000, from = 0 }: { readonly timeoutMs?: number; readonly from?: number } = {},
  ): Promise<UpdateMessage> {
    const { machine, slowness, signal } = this.#options;
    const limitMs = scaleLimit(timeoutMs, slowness);
    using deadline = withDeadline(signal, limitMs, () => {
      const said = `the update server of ${machine} waited ${limitMs} ms for ${what}`;
      const message = `${said}; so far: ${this.#conversation}`;
      const details = { machine, phase: 'suite', waitedMs: limitMs } as const;
      return new ProductError('UPDATE_TIMEOUT', message, details);
    });
    return await this.#conversation.waitFor(matches, { from, signal: deadline.signal });
  }

  /** Never throws: what goes wrong on our side closes the connection. */
  readonly listener: RequestListener = (request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (request.method === 'POST') return await this.#checks.answer(pathname, request, response);
    const [, name, file] = /^(?:\/moved)?\/payloads\/([^/]+)\/([^/]*)$/.exec(pathname) ?? [];
    const release = name === undefined ? undefined : this.#releases.named(name);
    const extra = release?.packages?.find((one) => one.name === file);
    if (release && extra) {
      return await this.#payloads.sendPackage(release.version, extra, response);
    }
    if (release) return await this.#payloads.sendPayload(release, { request, response, pathname });
    response.writeHead(404).end('no such file\n');
  }
}
