/**
 * One HTTP request from the host to a forwarded port of a guest.
 */

import { type IncomingMessage, request } from 'node:http';
import { withDeadline } from '../../harness/base/deadline.js';
import { ProductError, toError } from '../../harness/base/errors.js';
import type { HttpAnswer } from '../../harness/model/machine.js';

/** What to fetch, and how the guest's side is called in an error. */
export interface HttpRequest {
  readonly hostPort: number;
  readonly path: string;
  readonly machine: string;
  /** Such as `port 80`. */
  readonly subject: string;
  readonly limitMs: number;
  /** Of the answer's body. Default is 64 MiB, as for files that are read over SSH. */
  readonly mostBytes?: number;
  readonly signal: AbortSignal;
}

const defaultMostBytes = 64 * 1024 * 1024;

/**
 * Returns whatever status came, of a redirect as well. Throws HTTP_TIMEOUT, HTTP_FAILED (product; also for
 * a body over the limit), the signal's reason.
 */
export async function httpGet(wanted: HttpRequest): Promise<HttpAnswer> {
  const { machine, subject, limitMs, mostBytes = defaultMostBytes } = wanted;
  const late = () => {
    const message = `${machine}: no HTTP answer from ${subject} within ${limitMs} ms`;
    return new ProductError('HTTP_TIMEOUT', message, { machine, phase: 'suite' });
  };
  using deadline = withDeadline(wanted.signal, limitMs, late);
  const { signal } = deadline;
  try {
    const response = await send(wanted, signal);
    return { status: response.statusCode ?? 0, body: await readText(response, mostBytes) };
  } catch (thrown) {
    signal.throwIfAborted();
    const cause = toError(thrown);
    const evidence = cause.message;
    const message = `${machine}: HTTP request to ${subject} failed: ${evidence}`;
    throw new ProductError('HTTP_FAILED', message, { machine, phase: 'suite', evidence, cause });
  }
}

/**
 * Not by fetch: before its parser is there, at the first request of a process, it does not notice that a
 * connection was closed, and waits for ever (undici 6, in Node 20). Without an agent, since a kept
 * connection would outlive the guest's reboot.
 */
async function send(
  { hostPort, path }: HttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(path, `http://127.0.0.1:${hostPort}`);
  return await new Promise((resolve, reject) => {
    request(url, { agent: false, signal }, resolve).on('error', reject).end();
  });
}

/** Piece by piece, since a guest may answer without end. */
async function readText(body: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw new Error(`the body is larger than ${mostBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
