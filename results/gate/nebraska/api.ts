/**
 * Speaks to the HTTP interface of a Nebraska instance: one request at a time, each with a deadline, and
 * every answer checked. Source: flatcar/nebraska, backend/api/spec.yaml and backend/pkg/api.
 */

import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { withDeadline } from '../../../harness/base/deadline.js';
import { InfrastructureError, toError, UsageError } from '../../../harness/base/errors.js';
import { problemOf } from '../read-statements.js';

/** Where an instance is, and who asks. */
export interface NebraskaOptions {
  readonly url: string;
  /** See {@link readToken}. */
  readonly token?: string;
  /** Of each request. Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** One request; `path` begins with `/api/`. */
interface Request {
  readonly method?: 'GET' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
}

/** Entries on a page; the server takes any number. */
const pageEntries = 100;

/** A client of one instance. */
export class NebraskaApi {
  readonly #base: string;
  readonly #options: NebraskaOptions;

  /** Throws BAD_URL (usage), also when a token would be sent in clear text to another host. */
  constructor(options: NebraskaOptions) {
    this.#base = baseOf(options);
    this.#options = options;
  }

  /** Throws NEBRASKA_UNREACHABLE, NEBRASKA_FAILED (infrastructure) and NEBRASKA_REFUSED (usage). */
  async request<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    const { method = 'GET', path, query = {} } = request;
    const url = new URL(`${this.#base}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, `${value}`);
    const where = `${method} ${url.href}`;
    const { status, text } = await this.#fetch(url, request, where);
    if (status >= 200 && status < 300) return readAnswer(text, schema, where);
    if (status >= 500) throw failed('NEBRASKA_FAILED', where, `it answers ${status}; try again`);
    throw new UsageError('NEBRASKA_REFUSED', `${where}: it answers ${status}; ${adviceOn(status)}`);
  }

  /** All entries of a list that comes in pages. Throws as {@link request}, or when some are missing. */
  async all<T>(
    request: Request,
    pageOf: z.ZodType<{ readonly total: number; readonly entries: readonly T[] }>,
  ): Promise<readonly T[]> {
    const found: T[] = [];
    for (let page = 1; ; page++) {
      const query = { ...request.query, page, perpage: pageEntries };
      const { total, entries } = await this.request({ ...request, query }, pageOf);
      found.push(...entries);
      if (found.length >= total) return found;
      if (entries.length > 0) continue;
      const seen = `page ${page} is empty, and ${found.length} of ${total} entries came`;
      throw failed('NEBRASKA_ANSWER', request.path, seen);
    }
  }

  async #fetch(url: URL, { method = 'GET', body }: Request, where: string) {
    const { token, timeoutMs = 30_000, signal } = this.#options;
    const late = () => failed('NEBRASKA_UNREACHABLE', where, `no answer within ${timeoutMs} ms`);
    using deadline = withDeadline(signal, timeoutMs, late);
    try {
      const response = await fetch(url, {
        method,
        // A token is for this host alone.
        redirect: 'error',
        signal: deadline.signal,
        headers: {
          accept: 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (thrown) {
      deadline.signal.throwIfAborted();
      const { message, cause } = toError(thrown);
      const reason = cause instanceof Error ? cause.message || message : message;
      throw failed('NEBRASKA_UNREACHABLE', where, reason, thrown);
    }
  }
}

function baseOf({ url, token }: NebraskaOptions): string {
  if (!URL.canParse(url))
    throw badUrl(url, 'it is no URL; give one such as https://updates.example');
  const { protocol, hostname, origin, pathname, username } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw badUrl(url, 'give an https URL');
  if (username !== '') throw badUrl(url, 'it has a user in it; give --token instead');
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  if (token && protocol === 'http:' && !isLocal) {
    throw badUrl(url, 'the token would be sent in clear text; give an https URL');
  }
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function badUrl(url: string, reason: string): UsageError {
  return new UsageError('BAD_URL', `--nebraska ${url}: ${reason}`);
}

function readAnswer<T>(text: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (thrown) {
    throw failed('NEBRASKA_ANSWER', where, `this is no answer of Nebraska's: ${problemOf(thrown)}`);
  }
}

function failed(code: string, where: string, reason: string, cause?: unknown) {
  return new InfrastructureError(code, `${where}: ${reason}`, cause === undefined ? {} : { cause });
}

function adviceOn(status: number): string {
  if (status === 401 || status === 403) return 'give a --token that may do this';
  if (status === 404) return 'see whether application, group and channel are there';
  return 'see its log';
}

/** A bearer token from a file or an open descriptor, `fd:3`. Throws BAD_TOKEN (usage). */
export async function readToken(source: string): Promise<string> {
  const file = /^fd:\d+$/.test(source) ? `/dev/fd/${source.slice(3)}` : source;
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new UsageError(
      'BAD_TOKEN',
      `cannot read the token ${source}: ${toError(thrown).message}`,
    );
  });
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const seen = token === '' ? 'it is empty' : 'it has spaces or other characters in it';
  throw new UsageError('BAD_TOKEN', `the token ${source}: ${seen}; give one line of ASCII`);
}
