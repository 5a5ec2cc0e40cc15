/**
 * A server of files on this host, in which tests break one thing, and the patience to have with it.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FetchLimits } from '../../images/fetch/http-client.js';

/** Handles a request instead of the file; true when it has answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** For a server on this host that is slow on purpose. */
export const shortLimits: FetchLimits = {
  answerMs: 2_000,
  idleMs: 300,
  idleBytes: 1_024,
  wholeMs: 20_000,
  attempts: 2,
  backOffMs: 10,
};

/** A server; its files are what the map has. */
export class FileServer {
  readonly files = new Map<string, Buffer>();
  readonly faults = new Map<string, Fault>();
  /** `GET /path` of each request, with the range that it asked for. */
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<FileServer> {
    const server = new FileServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://server').pathname;
    const { range } = request.headers;
    this.requests.push(`${request.method} ${path}${range ? ` ${range}` : ''}`);
    if (this.faults.get(path)?.(request, response)) return;
    const bytes = this.files.get(path);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    sendFile(request, response, bytes);
  }
}

/** In pieces, whose end alone says how many bytes there are. */
export function withoutLength(bytes: Buffer): Fault {
  return (_request, response) => {
    response.writeHead(200).flushHeaders();
    response.end(bytes);
    return true;
  };
}

/** With `Range: bytes=N-`, as static servers do it. */
export function sendFile(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start === 0) {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  } else if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  } else {
    response
      .writeHead(206, {
        'content-length': bytes.length - start,
        'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
      })
      .end(bytes.subarray(start));
  }
}
