/**
 * An update server for one machine: it speaks Omaha, serves payloads, keeps the conversation, and can
 * go wrong in every way that a suite asks for. It outlives the machine's processes, so that a machine
 * that lost its power finds the server as it left it.
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { scaleLimit, withDeadline } from '../../../harness/base/deadline.js';
import { ProductError, toError } from '../../../harness/base/errors.js';
import type {
  OfferOptions,
  UpdateClient,
  UpdateFault,
  UpdateMessage,
  UpdateOffer,
  UpdateRelease,
  UpdateServer,
} from '../../../harness/model/updates.js';
import { ChannelOffers } from './channel-offers.js';
import { Conversation } from './conversation.js';
import { Faults } from './faults.js';
import { isNewer, type Offer, Offers } from './offers.js';
import { type OmahaRequest, readOmahaRequest } from './omaha-request.js';
import { type Announcement, writeOmahaResponse } from './omaha-response.js';
import { PayloadServer } from './payload-server.js';
import { readBody } from './request-body.js';
import { spoiledDigests } from './spoil.js';

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

/** The name that Flatcar's payloads have. */
const payloadFile = 'flatcar_production_update.gz';
/** What SERVER of a machine says; Nebraska takes it with and without its last slash. */
const checkPath = '/v1/update/';
/** A redirect puts `/moved` before the path. */
const checkPattern = /^(?:\/moved)?\/v1\/update\/?$/;
/** Requests have some kilobytes. */
const maxRequestBytes = 2 ** 20;

/** {@link listener} belongs into an HTTP server, as often as the machine gets a new one. */
export class UpdateService implements UpdateServer {
  readonly url: string;
  readonly #options: UpdateServiceOptions;
  readonly #conversation: Conversation;
  readonly #offers = new Offers();
  readonly #channels: ChannelOffers | undefined;
  readonly #faults = new Faults();
  readonly #payloads: PayloadServer;
  #pollInterval: number | undefined;

  constructor(options: UpdateServiceOptions) {
    this.#options = options;
    this.#channels = options.channels ? new ChannelOffers(options.channels) : undefined;
    this.#conversation = new Conversation(options.onMessage);
    this.url = `${this.#base}${checkPath}`;
    const parts = { conversation: this.#conversation, faults: this.#faults };
    this.#payloads = new PayloadServer({ base: this.#base, ...parts });
  }

  offer(release: UpdateRelease | undefined, options: OfferOptions = {}): void {
    this.#offers.set(release, options);
  }

  askAgainAfter(seconds: number | undefined): void {
    this.#pollInterval = seconds;
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

  get #base(): string {
    const { address, port } = this.#options;
    return `http://${address}${port === 80 ? '' : `:${port}`}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.#base);
    if (request.method === 'POST') return await this.#answerPost(pathname, request, response);
    const [, name, file] = /^(?:\/moved)?\/payloads\/([^/]+)\/([^/]*)$/.exec(pathname) ?? [];
    const release = name === undefined ? undefined : this.#named(name);
    const extra = release?.packages?.find((one) => one.name === file);
    if (release && extra) {
      return await this.#payloads.sendPackage(release.version, extra, response);
    }
    if (release) return await this.#payloads.sendPayload(release, { request, response, pathname });
    response.writeHead(404).end('no such file\n');
  }

  #named(name: string): UpdateOffer | undefined {
    return this.#offers.named(name) ?? this.#channels?.named(name);
  }

  async #answerPost(
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request, maxRequestBytes);
    if (body === undefined) {
      this.#conversation.add({
        kind: 'unreadable',
        reason: `over ${maxRequestBytes} bytes`,
        body: '',
      });
      return void response.writeHead(413, { connection: 'close' }).end('too large\n');
    }
    const isCheck = checkPattern.test(pathname);
    const read = isCheck ? readOmahaRequest(body) : { reason: `posted to ${pathname}` };
    if (!('reason' in read)) return await this.#answerRequest(read, pathname, response);
    this.#conversation.add({ kind: 'unreadable', reason: read.reason, body: body.slice(0, 500) });
    response.writeHead(isCheck ? 400 : 404).end('no Omaha request\n');
  }

  async #answerRequest(
    read: OmahaRequest,
    pathname: string,
    response: ServerResponse,
  ): Promise<void> {
    const moved = pathname.startsWith('/moved');
    if (read.check && this.#failCheck(read, response, moved)) return;
    try {
      const announcement = read.check ? await this.#announce(read) : undefined;
      this.#note(read, announcement);
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(writeOmahaResponse(read, announcement, { pollInterval: this.#pollInterval }));
    } catch (thrown) {
      this.#note(read, undefined, { answer: 'fault', reason: toError(thrown).message });
      response.writeHead(500).end('no answer\n');
    }
  }

  /** Whether a fault has answered. */
  #failCheck(request: OmahaRequest, response: ServerResponse, moved: boolean): boolean {
    if (!moved && this.#faults.take('check-redirect')) {
      const location = `${this.#base}/moved${checkPath}`;
      this.#note(request, undefined, { answer: 'redirect' });
      response.writeHead(307, { location }).end();
      return true;
    }
    if (this.#leaveUnanswered(request, response)) return true;
    const status = this.#faults.take('check-status')?.status;
    const malformed = status === undefined && this.#faults.take('check-malformed');
    if (status === undefined && !malformed) return false;
    this.#note(request, undefined, { answer: 'fault' });
    response.writeHead(status ?? 200, { 'content-type': 'text/xml' });
    response.end(malformed ? '<?xml version="1.0"?><response><app' : '');
    return true;
  }

  #leaveUnanswered(request: OmahaRequest, response: ServerResponse): boolean {
    const closed = this.#faults.take('check-disconnect');
    if (!closed && !this.#faults.take('check-stall')) return false;
    this.#note(request, undefined, { answer: 'fault' });
    if (closed) response.destroy();
    return true;
  }

  #note(
    { client, ping, check, events }: OmahaRequest,
    announcement: Announcement | undefined,
    { answer = announcement ? 'update' : 'noupdate', reason }: Partial<CheckMessage> = {},
  ): void {
    if (check) {
      const version = announcement?.version;
      const said = { ...(version && { version }), ...(reason && { reason }) };
      this.#conversation.add({ kind: 'check', client, answer, ping, ...said });
    } else if (ping) this.#conversation.add({ kind: 'ping', client });
    for (const event of events) this.#conversation.add({ kind: 'event', client, event });
  }

  async #announce({ client }: OmahaRequest): Promise<Announcement | undefined> {
    const offer = this.#offers.for(client.track ?? '') ?? (await this.#ofChannel(client));
    if (!offer || !(offer.always || isNewer(offer.release.version, client.version))) return;
    const { name, version, payload, packages } = offer.release;
    const digests = this.#faults.peek('wrong-signature') ? await spoiledDigests(payload) : payload;
    const { sha256, sha1 } = digests;
    return {
      version,
      codebase: `${this.#base}/payloads/${name}/`,
      file: payloadFile,
      bytes: payload.bytes + (this.#faults.take('wrong-size') ? 4096 : 0),
      sha256: this.#faults.take('wrong-hash') ? '0'.repeat(64) : sha256,
      sha1,
      packages,
    };
  }

  async #ofChannel(client: UpdateClient): Promise<Offer | undefined> {
    const release = await this.#channels?.for(client);
    return release && { release, always: false };
  }
}

type CheckMessage = Extract<UpdateMessage, { readonly kind: 'check' }>;
