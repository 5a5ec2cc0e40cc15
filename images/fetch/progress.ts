/**
 * How far a download is, and whether it goes on at all.
 */

import { Transform } from 'node:stream';
import { NetworkError } from './fetch-errors.js';
import type { HttpClient } from './http-client.js';

/** Counts what passes, and says now and then how far it is. */
export class Meter extends Transform {
  bytes = 0;
  /** All that the server had to say has come; what is left is the disk's to do. */
  hasEnded = false;
  readonly url: string;
  readonly #total: number;
  readonly #log: (line: string) => void;
  #saidMs = performance.now();

  constructor(url: string, total: number, log: (line: string) => void) {
    super();
    this.url = url;
    this.#total = total;
    this.#log = log;
  }

  override _transform(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytes += chunk.length;
    if (performance.now() - this.#saidMs > 15_000) this.#say();
    this.push(chunk);
    done();
  }

  override _flush(done: () => void): void {
    this.hasEnded = true;
    done();
  }

  #say(): void {
    this.#saidMs = performance.now();
    const all = Number.isNaN(this.#total) ? '' : ` of ${mebibytes(this.#total)}`;
    this.#log(`${this.url}: ${mebibytes(this.bytes)}${all} MiB`);
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

/** Aborts when too little came in a span: a server that drips a byte a second is as good as dead. */
export function watchProgress(
  meter: Meter,
  { limits }: HttpClient,
  parent: AbortSignal,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  let before = 0;
  const timer = setInterval(() => {
    if (meter.hasEnded) return;
    if (meter.bytes - before < limits.idleBytes) controller.abort(stalled(meter, before, limits));
    before = meter.bytes;
  }, limits.idleMs);
  return {
    signal: AbortSignal.any([parent, controller.signal]),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function stalled(
  { url, bytes }: Meter,
  before: number,
  { idleMs, idleBytes }: HttpClient['limits'],
): NetworkError {
  const seen = `${bytes - before} bytes in ${idleMs / 1000} s, expected ${idleBytes} at least`;
  return new NetworkError('DOWNLOAD_STALLED', `${url}: ${seen}`);
}
