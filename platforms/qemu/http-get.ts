/**
 * One HTTP request from the host to a forwarded port of a guest.
 */

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
 * Returns whatever status came. Throws HTTP_TIMEOUT, HTTP_FAILED (product; also for a body over the
 * limit), the signal's reason.
 */
export async function httpGet(request: HttpRequest): Promise<HttpAnswer> {
  const { machine, subject, limitMs, mostBytes = defaultMostBytes } = request;
  const late = () => {
    const message = `${machine}: no HTTP answer from ${subject} within ${limitMs} ms`;
    return new ProductError('HTTP_TIMEOUT', message, { machine, phase: 'suite' });
  };
  using deadline = withDeadline(request.signal, limitMs, late);
  const { signal } = deadline;
  try {
    const url = new URL(request.path, `http://127.0.0.1:${request.hostPort}`);
    // A kept connection would outlive the guest's reboot.
    const response = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { connection: 'close' },
    });
    return { status: response.status, body: await readText(response, mostBytes) };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toError(thrown);
    const evidence = toError(error.cause ?? error).message;
    const message = `${machine}: HTTP request to ${subject} failed: ${evidence}`;
    throw new ProductError('HTTP_FAILED', message, {
      machine,
      phase: 'suite',
      evidence,
      cause: error,
    });
  }
}

/** Piece by piece, since a guest may answer without end. */
async function readText({ body }: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`the body is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
