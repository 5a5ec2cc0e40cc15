/**
 * One HTTP request at a time to a release server: by a proxy where there is one, and to no other host
 * than the one that was asked, unless the user named it.
 */

import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent, request } from 'undici';
import { toError } from '../../harness/base/errors.js';
import { NetworkError, refused } from './fetch-errors.js';

/** How long the network may take, in milliseconds, and how often it is asked. */
export interface FetchLimits {
  /** Until the connection stands, and until the answer begins. */
  readonly answerMs: number;
  /** In each such span a body must bring `idleBytes` at least. */
  readonly idleMs: number;
  readonly idleBytes: number;
  /** For one file, all tries together. */
  readonly wholeMs: number;
  /** Tries in a row that bring nothing, for each mirror. */
  readonly attempts: number;
  /** Before the second try; doubled for each further one. */
  readonly backOffMs: number;
}

/** Patient enough for half a gigabyte over a slow line. */
export const fetchLimits: FetchLimits = {
  answerMs: 20_000,
  idleMs: 30_000,
  idleBytes: 32 * 1024,
  wholeMs: 2 * 60 * 60_000,
  attempts: 4,
  backOffMs: 1_000,
};

/** How to reach servers. */
export interface HttpOptions {
  /** Default: what `http_proxy`, `https_proxy` and `no_proxy` say. */
  readonly proxy?: string;
  /** Hosts that a redirect may lead to. */
  readonly followHosts: readonly string[];
  readonly limits: FetchLimits;
}

/** An answer whose body must be read or dumped. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable & { dump(): Promise<void> };
}

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Holds connections; dispose it. */
export class HttpClient implements AsyncDisposable {
  readonly limits: FetchLimits;
  readonly #dispatcher: Dispatcher;
  readonly #followHosts: ReadonlySet<string>;

  constructor(options: HttpOptions) {
    this.limits = options.limits;
    this.#followHosts = new Set(options.followHosts);
    this.#dispatcher = dispatcherFor(options);
  }

  /**
   * Sends a GET or HEAD and follows redirects within the host. Throws REDIRECT_REFUSED (usage),
   * SERVER_UNREACHABLE (infrastructure), or the signal's reason.
   */
  async open(
    url: string,
    signal: AbortSignal,
    { method = 'GET', headers = {} }: OpenOptions = {},
  ): Promise<HttpAnswer> {
    let at = new URL(url);
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#send(at, signal, { method, headers });
      const { location } = answer.headers;
      if (!redirects.has(answer.status) || typeof location !== 'string') return answer;
      await answer.body.dump();
      at = this.#follow(at, location, hops);
    }
  }

  #follow(from: URL, location: string, hops: number): URL {
    const to = new URL(location, from);
    if (hops < mostRedirects && (isSameHost(from, to) || this.#mayFollow(from, to))) return to;
    const problem = `${from.href} redirects to ${to.origin}, expected an answer of ${from.host}`;
    const next = `add --follow-host ${to.host} if you trust it, or another --server`;
    throw refused('REDIRECT_REFUSED', problem, next);
  }

  #mayFollow(from: URL, to: URL): boolean {
    const isWeaker = from.protocol === 'https:' && to.protocol !== 'https:';
    return this.#followHosts.has(to.host) && !isWeaker;
  }

  async #send(
    at: URL,
    signal: AbortSignal,
    { method, headers }: Required<OpenOptions>,
  ): Promise<HttpAnswer> {
    try {
      const {
        statusCode,
        headers: fields,
        body,
      } = await request(at, {
        dispatcher: this.#dispatcher,
        method,
        headers: { 'accept-encoding': 'identity', ...headers },
        signal,
      });
      return { status: statusCode, headers: fields, body };
    } catch (thrown) {
      signal.throwIfAborted();
      throw unreachable(at.href, thrown);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

interface OpenOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
}

/** The same host and port, or the same name by TLS instead. */
function isSameHost(from: URL, to: URL): boolean {
  if (from.protocol === 'https:' && to.protocol !== 'https:') return false;
  if (from.host === to.host) return true;
  return from.hostname === to.hostname && to.protocol === 'https:' && to.port === '';
}

function dispatcherFor({ proxy, limits }: HttpOptions): Dispatcher {
  const common = {
    connectTimeout: limits.answerMs,
    headersTimeout: limits.answerMs,
    // The download watches progress itself, which a server that drips does not fool.
    bodyTimeout: 0,
  };
  // A plain request needs no tunnel, and many proxies open one to port 443 only.
  if (proxy !== undefined) return new ProxyAgent({ ...common, uri: proxy, proxyTunnel: false });
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  const hasProxy = names.some((name) => process.env[name]);
  return hasProxy ? new EnvHttpProxyAgent({ ...common, proxyTunnel: false }) : new Agent(common);
}

/** SERVER_UNREACHABLE from anything that ended a request or a body. */
export function unreachable(url: string, thrown: unknown): NetworkError {
  const error = toError(thrown);
  const code = (error as NodeJS.ErrnoException).code;
  const reason = error.message || code || 'no reason given';
  const next = 'check the network, --proxy and --server';
  return new NetworkError('SERVER_UNREACHABLE', `no answer from ${url}: ${reason}; ${next}`, {
    cause: thrown,
  });
}
