/**
 * A release server with its mirrors, as paths that can be asked for: a small file into memory, a large
 * one to a place on disk. The mirror that answered last is asked first.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../harness/base/poll.js';
import type { Arch } from '../../harness/model/image.js';
import { NetworkError, refused } from './fetch-errors.js';
import type { HttpClient } from './http-client.js';
import { atMost, type Room } from './room.js';
import { transfer } from './transfer.js';
import type { ReleaseChannel } from './version-text.js';

/**
 * Flatcar's servers, `{channel}` for the channel's name. Source: flatcar/init, `bin/flatcar-install`.
 */
export const flatcarServer = 'https://{channel}.release.flatcar-linux.net';

/** Where its payloads are. Source: flatcar/update_engine, `flatcar-postinst`. */
export const flatcarUpdateServer = 'https://update.release.flatcar-linux.net';

/** What every request of one command has in common. */
export interface ServerContext {
  readonly client: HttpClient;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Signatures and lists of digests are a few kilobytes; a page of text is not one of them. */
const mostSmallBytes = 2 ** 20;

/** One directory of files, on each mirror. */
export class ReleaseServer {
  readonly context: ServerContext;
  #bases: readonly string[];

  /** Throws BAD_FETCH (usage) for what is no URL. */
  constructor(bases: readonly string[], context: ServerContext) {
    this.context = context;
    this.#bases = bases.map((base) => `${requireUrl(base).replace(/\/+$/, '')}/`);
  }

  /** Where the file is, as messages name it. */
  url(path: string): string {
    return `${this.#bases[0]}${path}`;
  }

  /** A directory below this one, on the same mirrors. */
  below(path: string): ReleaseServer {
    return new ReleaseServer(
      this.#bases.map((base) => `${base}${path}`),
      this.context,
    );
  }

  /** The bytes of a small file; undefined when no mirror has it. Throws as {@link transfer} does. */
  async small(path: string): Promise<Buffer | undefined> {
    const directory = await mkdtemp(join(tmpdir(), 'yard-fetch-'));
    const partial = join(directory, 'file');
    const room = atMost(mostSmallBytes, (bytes) => tooLarge(this.url(path), bytes));
    try {
      const found = await this.large(path, partial, room);
      return found ? await readFile(partial) : undefined;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** Brings a file to `partial`; false when no mirror has it. Throws as {@link transfer} does. */
  async large(path: string, partial: string, room: Room): Promise<boolean> {
    const urls = this.#bases.map((base) => `${base}${path}`);
    const url = await transfer({ ...this.context, urls, partial, room });
    if (url !== undefined) this.prefer(url.slice(0, url.length - path.length));
    return url !== undefined;
  }

  /** Whether any mirror has the file. Throws SERVER_UNREACHABLE or SERVER_ERROR (infrastructure). */
  async has(path: string): Promise<boolean> {
    let problem: unknown;
    for (const base of this.#bases) {
      try {
        if (await hasFile(`${base}${path}`, this.context)) return true;
      } catch (thrown) {
        if (!(thrown instanceof NetworkError)) throw thrown;
        problem = thrown;
      }
    }
    if (problem !== undefined) throw problem;
    return false;
  }

  /** The directory on each mirror, in the order in which they are asked. */
  get mirrors(): readonly string[] {
    return this.#bases;
  }

  /** Asks this one of the mirrors first from now on. */
  prefer(base: string): void {
    this.#bases = [base, ...this.#bases.filter((one) => one !== base)];
  }
}

/** The directory of a channel's releases for one architecture. */
export function channelServer(
  servers: readonly string[],
  { channel, arch }: { readonly channel: ReleaseChannel; readonly arch: Arch },
  context: ServerContext,
): ReleaseServer {
  const bases = servers.length > 0 ? servers : [flatcarServer];
  const filled = bases.map((base) => base.replaceAll('{channel}', channel));
  return new ReleaseServer(filled, context).below(`${arch}-usr`);
}

/** Asks as often as a download would. */
async function hasFile(url: string, { client, log, signal }: ServerContext): Promise<boolean> {
  const { attempts, backOffMs } = client.limits;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await client.open(url, signal, { method: 'HEAD' });
      await answer.body.dump();
      if (answer.status === 200) return true;
      if (answer.status === 404 || answer.status === 410) return false;
      throw new NetworkError('SERVER_ERROR', `${url}: the server answered ${answer.status}`);
    } catch (thrown) {
      if (!(thrown instanceof NetworkError) || attempt === attempts) throw thrown;
      log(`${thrown.message}; trying again`);
      await pause(backOffMs * 2 ** (attempt - 1), signal);
    }
  }
}

function requireUrl(text: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isUrl) return text;
  const next = `give one such as ${flatcarServer}`;
  throw refused('BAD_FETCH', `--server ${text} is no http or https URL`, next);
}

function tooLarge(url: string, bytes: number): Error {
  const problem = `${url} has ${bytes} bytes, expected ${mostSmallBytes} at most`;
  return refused('BAD_FETCH', problem, 'check that --server has the layout of a release server');
}
