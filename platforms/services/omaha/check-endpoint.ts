/**
 * Answers what engines post: checks for an update, pings and events. What was said is noted before the
 * answer leaves, and a check can go wrong in every way that a suite asks for.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { toError } from '../../../harness/base/errors.js';
import type { UpdateMessage, UpdateOffer } from '../../../harness/model/updates.js';
import type { Conversation } from './conversation.js';
import type { Faults } from './faults.js';
import { type OmahaRequest, readOmahaRequest } from './omaha-request.js';
import { type Announcement, writeOmahaResponse } from './omaha-response.js';
import type { Releases } from './releases.js';
import { readBody } from './request-body.js';
import { spoiledDigests } from './spoil.js';

/** Whose checks they are, and what may go wrong with them. */
export interface CheckEndpointOptions {
  /** Where the server is, without a path. */
  readonly base: string;
  readonly releases: Releases;
  readonly conversation: Conversation;
  readonly faults: Faults;
}

/** What SERVER of a machine says; Nebraska takes it with and without its last slash. */
export const checkPath = '/v1/update/';
/** A redirect puts `/moved` before the path. */
const checkPattern = /^(?:\/moved)?\/v1\/update\/?$/;
/** The name that Flatcar's payloads have. */
const payloadFile = 'flatcar_production_update.gz';
/** Requests have some kilobytes. */
const maxRequestBytes = 2 ** 20;

type CheckMessage = Extract<UpdateMessage, { readonly kind: 'check' }>;

/** Each request is noted in the conversation. */
export class CheckEndpoint {
  /** When engines shall ask again, in seconds. */
  pollInterval: number | undefined;
  readonly #options: CheckEndpointOptions;

  constructor(options: CheckEndpointOptions) {
    this.#options = options;
  }

  async answer(
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request, maxRequestBytes);
    if (body === undefined) {
      this.#noteUnreadable(`over ${maxRequestBytes} bytes`, '');
      return void response.writeHead(413, { connection: 'close' }).end('too large\n');
    }
    const isCheck = checkPattern.test(pathname);
    const read = isCheck ? readOmahaRequest(body) : { reason: `posted to ${pathname}` };
    if (!('reason' in read)) return await this.#answerRead(read, pathname, response);
    this.#noteUnreadable(read.reason, body.slice(0, 500));
    response.writeHead(isCheck ? 400 : 404).end('no Omaha request\n');
  }

  async #answerRead(read: OmahaRequest, pathname: string, response: ServerResponse): Promise<void> {
    const moved = pathname.startsWith('/moved');
    if (read.check && this.#failCheck(read, response, moved)) return;
    try {
      const announcement = read.check ? await this.#announce(read) : undefined;
      this.#note(read, announcement);
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(writeOmahaResponse(read, announcement, { pollInterval: this.pollInterval }));
    } catch (thrown) {
      this.#note(read, undefined, { answer: 'fault', reason: toError(thrown).message });
      response.writeHead(500).end('no answer\n');
    }
  }

  /** Whether a fault has answered. */
  #failCheck(request: OmahaRequest, response: ServerResponse, moved: boolean): boolean {
    return (
      (!moved && this.#redirect(request, response)) ||
      this.#leaveUnanswered(request, response) ||
      this.#answerWrongly(request, response)
    );
  }

  #redirect(request: OmahaRequest, response: ServerResponse): boolean {
    const { base, faults } = this.#options;
    if (!faults.take('check-redirect')) return false;
    this.#note(request, undefined, { answer: 'redirect' });
    response.writeHead(307, { location: `${base}/moved${checkPath}` }).end();
    return true;
  }

  #leaveUnanswered(request: OmahaRequest, response: ServerResponse): boolean {
    const { faults } = this.#options;
    const closed = faults.take('check-disconnect');
    if (!closed && !faults.take('check-stall')) return false;
    this.#note(request, undefined, { answer: 'fault' });
    if (closed) response.destroy();
    return true;
  }

  #answerWrongly(request: OmahaRequest, response: ServerResponse): boolean {
    const { faults } = this.#options;
    const status = faults.take('check-status')?.status;
    const malformed = status === undefined && faults.take('check-malformed');
    if (status === undefined && !malformed) return false;
    this.#note(request, undefined, { answer: 'fault' });
    response.writeHead(status ?? 200, { 'content-type': 'text/xml' });
    response.end(malformed ? '<?xml version="1.0"?><response><app' : '');
    return true;
  }

  #note(
    { client, ping, check, events }: OmahaRequest,
    announcement: Announcement | undefined,
    { answer = announcement ? 'update' : 'noupdate', reason }: Partial<CheckMessage> = {},
  ): void {
    const { conversation } = this.#options;
    if (check) {
      const version = announcement?.version;
      const said = { ...(version && { version }), ...(reason && { reason }) };
      conversation.add({ kind: 'check', client, answer, ping, ...said });
    } else if (ping) conversation.add({ kind: 'ping', client });
    for (const event of events) conversation.add({ kind: 'event', client, event });
  }

  #noteUnreadable(reason: string, body: string): void {
    this.#options.conversation.add({ kind: 'unreadable', reason, body });
  }

  async #announce({ client }: OmahaRequest): Promise<Announcement | undefined> {
    const release = await this.#options.releases.for(client);
    return release && (await this.#announcementOf(release));
  }

  async #announcementOf({ name, version, payload, packages }: UpdateOffer): Promise<Announcement> {
    const { base, faults } = this.#options;
    const digests = faults.peek('wrong-signature') ? await spoiledDigests(payload) : payload;
    const { sha256, sha1 } = digests;
    return {
      version,
      codebase: `${base}/payloads/${name}/`,
      file: payloadFile,
      bytes: payload.bytes + (faults.take('wrong-size') ? 4096 : 0),
      sha256: faults.take('wrong-hash') ? '0'.repeat(64) : sha256,
      sha1,
      packages,
    };
  }
}
