/**
 * Brings one file from a server to a place on disk: goes on where an earlier try was cut off, watches
 * that bytes keep coming, and tries again and elsewhere when they do not.
 */

import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withDeadline } from '../../harness/base/deadline.js';
import { HarnessError, UsageError } from '../../harness/base/errors.js';
import { pause } from '../../harness/base/poll.js';
import { diskFull, NetworkError } from './fetch-errors.js';
import { type HttpAnswer, type HttpClient, unreachable } from './http-client.js';
import { Meter, watchProgress } from './progress.js';
import { growIn, type Room } from './room.js';

/** What to bring, from where, and to where. */
export interface Transfer {
  readonly client: HttpClient;
  /** The same file on each mirror, the preferred one first. */
  readonly urls: readonly string[];
  /** Grows while it comes; what is there already is not asked for again. */
  readonly partial: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** How large the file may be. */
  readonly room: Room;
}

/**
 * Returns the URL that the last byte came from, or undefined when no mirror has the file. Throws
 * SERVER_UNREACHABLE, SERVER_ERROR, DOWNLOAD_STALLED, DOWNLOAD_TRUNCATED, DOWNLOAD_TIMEOUT (all
 * infrastructure) of the last try, NO_DISK_SPACE (infrastructure), what the room throws, or the signal's
 * reason.
 */
export async function transfer(request: Transfer): Promise<string | undefined> {
  const { client, urls, signal } = request;
  const { wholeMs } = client.limits;
  using deadline = withDeadline(signal, wholeMs, () => tooLong(urls[0] ?? '', wholeMs));
  let problem: unknown;
  for (const url of urls) {
    try {
      const found = await fromMirror({ ...request, signal: deadline.signal }, url);
      if (found) return url;
    } catch (thrown) {
      if (!(thrown instanceof NetworkError) || thrown.code === 'DOWNLOAD_TIMEOUT') throw thrown;
      problem = thrown;
      const next = urls[urls.indexOf(url) + 1];
      if (next !== undefined) request.log(`${thrown.message}; trying ${new URL(next).host}`);
    }
  }
  if (problem !== undefined) throw problem;
  return undefined;
}

/** False when this mirror does not have it. Tries count as long as they bring nothing. */
async function fromMirror(request: Transfer, url: string): Promise<boolean> {
  const { attempts, idleBytes } = request.client.limits;
  let failures = 0;
  for (;;) {
    const before = await sizeOf(request.partial);
    try {
      return await tryOnce(request, url, before);
    } catch (thrown) {
      if (!(thrown instanceof NetworkError) || thrown.isFinal) throw thrown;
      const brought = (await sizeOf(request.partial)) - before;
      failures = brought >= idleBytes ? 1 : failures + 1;
      if (failures >= attempts) throw thrown;
      await backOff(request, thrown, failures);
    }
  }
}

async function backOff(request: Transfer, error: NetworkError, failures: number): Promise<void> {
  const doubled = request.client.limits.backOffMs * 2 ** (failures - 1);
  const waitMs = Math.max(error.retryAfterMs ?? 0, doubled * (0.75 + Math.random() / 2));
  const have = await sizeOf(request.partial);
  const from = have > 0 ? ` from byte ${have} on` : '';
  request.log(`${error.message}; trying again${from} in ${Math.ceil(waitMs / 1000)} s`);
  await pause(waitMs, request.signal);
}

async function tryOnce(request: Transfer, url: string, have: number): Promise<boolean> {
  const headers = have > 0 ? { range: `bytes=${have}-` } : {};
  const answer = await request.client.open(url, request.signal, { headers });
  if (answer.status === 404 || answer.status === 410) {
    await answer.body.dump();
    return false;
  }
  if (answer.status === 416) {
    // What is there is as long as the file, or longer: its digest tells.
    await answer.body.dump();
    return await isWhole(request, answer, have);
  }
  if (answer.status !== 200 && answer.status !== 206) {
    await answer.body.dump();
    throw serverError(url, answer);
  }
  const start = answer.status === 206 ? startOf(answer) : 0;
  if (start !== have && start !== 0) throw truncated(url, `an answer from byte ${start} on`, have);
  await receive(request, { url, answer, start });
  return true;
}

async function isWhole({ partial }: Transfer, answer: HttpAnswer, have: number): Promise<boolean> {
  const total = /\*\/(\d+)$/.exec(String(answer.headers['content-range'] ?? ''))?.[1];
  if (Number(total) === have) return true;
  await rm(partial, { force: true });
  const seen = `${partial}: it has ${have} bytes, expected ${total ?? 'fewer'} at most`;
  throw new NetworkError('DOWNLOAD_TRUNCATED', `${seen}; it was removed`);
}

interface Incoming {
  readonly url: string;
  readonly answer: HttpAnswer;
  readonly start: number;
}

async function receive(request: Transfer, { url, answer, start }: Incoming): Promise<void> {
  const { partial, client, signal, room } = request;
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  const total = start + length;
  const isKnown = Number.isSafeInteger(total);
  if (isKnown) await room.require(total);
  const watch = isKnown ? new PassThrough() : growIn(room, start);
  const meter = new Meter(url, total, request.log);
  using idle = watchProgress(meter, client, signal);
  const file = createWriteStream(partial, { flags: start > 0 ? 'r+' : 'w', start });
  try {
    await pipeline(answer.body, meter, watch, file, { signal: idle.signal });
  } catch (thrown) {
    idle.signal.throwIfAborted();
    // What was refused does not stay and take the room of others.
    if (thrown instanceof UsageError) await rm(partial, { force: true });
    if (thrown instanceof HarnessError) throw thrown;
    const cut = isKnown && meter.bytes > 0;
    throw (
      diskFull(partial, thrown) ??
      (cut ? truncated(url, `${start + meter.bytes} bytes`, total) : unreachable(url, thrown))
    );
  }
  if (isKnown && meter.bytes !== length) {
    throw truncated(url, `${start + meter.bytes} bytes`, total);
  }
}

function tooLong(url: string, wholeMs: number): NetworkError {
  const text = `${url} was not there after ${Math.round(wholeMs / 1000)} s`;
  const next = 'run the command again, it goes on where this ended';
  return new NetworkError('DOWNLOAD_TIMEOUT', `${text}; ${next}`, { isFinal: true });
}

function truncated(url: string, seen: string, total: number): NetworkError {
  return new NetworkError('DOWNLOAD_TRUNCATED', `${url}: got ${seen}, expected ${total}`);
}

/** Only what the server may answer otherwise the next time is asked for again. */
function serverError(url: string, { status, headers }: HttpAnswer): NetworkError {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const isFinal = status < 500 && status !== 408 && status !== 429;
  const details = Number.isFinite(seconds) ? { retryAfterMs: Math.min(seconds, 60) * 1000 } : {};
  const text = `${url}: the server answered ${status}, expected 200`;
  return new NetworkError('SERVER_ERROR', text, { ...details, isFinal });
}

function startOf({ headers }: HttpAnswer): number {
  return Number(/^bytes (\d+)-/.exec(String(headers['content-range'] ?? ''))?.[1] ?? Number.NaN);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
