/**
 * The downloads of an update server: payloads with ranges and with the faults that a suite asks for,
 * and packages beside them.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  UpdateMessage,
  UpdateOffer,
  UpdatePackage,
  UpdatePayload,
} from '../../../harness/model/updates.js';
import type { Conversation } from './conversation.js';
import type { Faults } from './faults.js';
import { type BodyEnd, type BodyPlan, sendBody } from './payload-body.js';
import { type ByteRange, readRange } from './range-header.js';
import { type Spoiled, signatureTail } from './spoil.js';

/** Whose downloads they are, and what may go wrong with them. */
export interface PayloadServerOptions {
  /** Where the server is, without a path. */
  readonly base: string;
  readonly conversation: Conversation;
  readonly faults: Faults;
}

/** A request for a payload. */
export interface PayloadRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pathname: string;
}

type Download = Extract<UpdateMessage, { readonly kind: 'download' }>;
/** Notes a download that ended with this status. */
type Note = (status: number, seen?: Partial<Download>) => void;

/** Each download is noted in the conversation. */
export class PayloadServer {
  readonly #options: PayloadServerOptions;

  constructor(options: PayloadServerOptions) {
    this.#options = options;
  }

  /** Whole, and without faults: those are the payload's. */
  async sendPackage(
    version: string,
    { name: file, path, bytes }: UpdatePackage,
    response: ServerResponse,
  ): Promise<void> {
    const type = 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': String(bytes) });
    const sent = await sendBody({ path, from: 0, to: bytes }, response);
    const complete = sent === bytes;
    this.#options.conversation.add({
      kind: 'download',
      version,
      file,
      from: 0,
      status: 200,
      sent,
      complete,
    });
  }

  /** What is asked for, unless a fault is in the way. */
  async sendPayload(
    { version, payload }: UpdateOffer,
    { request, response, pathname }: PayloadRequest,
  ): Promise<void> {
    const note: Note = (status, { from = 0, sent = 0, complete = false } = {}) => {
      this.#options.conversation.add({ kind: 'download', version, from, status, sent, complete });
    };
    if (this.#failDownload(pathname, response, note)) return;
    const range = readRange(request.headers.range, payload.bytes);
    if (range.status === 416) {
      note(416);
      return void response.writeHead(416, { 'content-range': `bytes */${payload.bytes}` }).end();
    }
    const { from, status } = range;
    const plan = this.#planBody(payload, range);
    response.writeHead(status, headersOf(plan, status === 206, payload.bytes));
    const sent = request.method === 'HEAD' ? 0 : await sendBody(plan, response);
    note(status, { from, sent, complete: from + sent === range.to });
  }

  /** Whether a fault has answered, before any byte of the payload. */
  #failDownload(pathname: string, response: ServerResponse, note: Note): boolean {
    const { base, faults } = this.#options;
    const redirect = !pathname.startsWith('/moved') && faults.take('payload-redirect');
    const status = redirect ? 302 : faults.take('payload-status')?.status;
    if (status === undefined) return false;
    note(status);
    response.writeHead(status, redirect ? { location: `${base}/moved${pathname}` } : {}).end();
    return true;
  }

  #planBody(payload: UpdatePayload, { from, to }: ByteRange): BodyPlan {
    const { path, bytes } = payload;
    const at = (fraction: number | undefined) => {
      return fraction === undefined ? undefined : Math.floor(fraction * bytes);
    };
    return {
      path,
      from,
      to: Math.min(to, at(this.#options.faults.take('truncated')?.at) ?? to),
      ...this.#planEnd(at),
      spoiled: this.#spoiled(payload),
      bytesPerSecond: this.#options.faults.take('drip')?.bytesPerSecond,
    };
  }

  /** One at a time: of two the second is for the next connection. */
  #planEnd(at: (fraction: number | undefined) => number | undefined): BodyEnd {
    const cut = this.#options.faults.take('disconnect');
    return cut ? { cutAt: at(cut.at) } : { stallAt: at(this.#options.faults.take('stall')?.at) };
  }

  #spoiled(payload: UpdatePayload): Spoiled | undefined {
    if (this.#options.faults.take('wrong-signature')) return signatureTail(payload);
    const corrupt = this.#options.faults.take('corrupt');
    if (!corrupt) return undefined;
    const start = Math.floor(corrupt.at * payload.bytes);
    return { start, end: start + 1 };
  }
}

function headersOf({ from, to }: BodyPlan, isPart: boolean, bytes: number) {
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(Math.max(0, to - from)),
    'accept-ranges': 'bytes',
    ...(isPart && { 'content-range': `bytes ${from}-${to - 1}/${bytes}` }),
  };
}
