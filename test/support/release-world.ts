/**
 * A release server on this host, with the layout of Flatcar's, whose files are signed by keys that are
 * made here. Tests break one thing in it and see what a fetch says.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import {
  createCleartextMessage,
  createMessage,
  generateKey,
  type PrivateKey,
  type PublicKey,
  sign,
} from 'openpgp';
import type { Arch } from '../../harness/model/image.js';
import { type FetchRequest, fetchImage } from '../../images/fetch/fetch-image.js';
import type { FetchLimits } from '../../images/fetch/http-client.js';
import { makeBaseDisk, makeTestDisk, testUsr } from '../images/test-disk.js';

/** Handles a request instead of the file; true when it has answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Someone who signs releases. */
export interface SigningKey {
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
  readonly fingerprint: string;
}

/** A new key; one with an expiration lives so many seconds from `date` on. */
export async function makeKey(
  options: { readonly date?: Date; readonly keyExpirationTime?: number } = {},
): Promise<SigningKey> {
  const userIDs = [{ name: 'Test release key', email: 'release@test.example' }];
  const made = await generateKey({ userIDs, type: 'ecc', format: 'object', ...options });
  return { ...made, fingerprint: made.publicKey.getFingerprint() };
}

/** A detached binary signature, as `gpg --detach-sign` makes it. */
export async function detachedSignature(
  bytes: Uint8Array,
  { privateKey }: SigningKey,
  date?: Date,
): Promise<Buffer> {
  const message = await createMessage({ binary: new Uint8Array(bytes) });
  const signature = await sign({
    message,
    signingKeys: privateKey,
    detached: true,
    format: 'binary',
    ...(date && { date }),
  });
  return Buffer.from(signature);
}

/** `NAME.DIGESTS` as flatcar/scripts writes it. */
export function digestsText(name: string, bytes: Uint8Array): string {
  const line = (algorithm: string) => {
    const digest = createHash(algorithm).update(bytes).digest('hex');
    return `# ${algorithm.toUpperCase()} HASH\n${digest}  ${name}\n`;
  };
  return ['md5', 'sha1', 'sha512'].map(line).join('');
}

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

/** Files with what belongs beside them, signed by one key. */
export class SignedFiles {
  readonly map = new Map<string, Buffer>();
  readonly #key: SigningKey;
  readonly #date: Date | undefined;

  constructor(key: SigningKey, date?: Date) {
    this.#key = key;
    this.#date = date;
  }

  async add(path: string, bytes: Buffer): Promise<void> {
    const [key, date] = [this.#key, this.#date];
    const digests = digestsText(path.split('/').at(-1) ?? '', bytes);
    const message = await createCleartextMessage({ text: digests });
    const asc = await sign({ message, signingKeys: key.privateKey, ...(date && { date }) });
    this.map.set(path, bytes);
    this.map.set(`${path}.sig`, await detachedSignature(bytes, key, date));
    this.map.set(`${path}.DIGESTS`, Buffer.from(digests));
    this.map.set(`${path}.DIGESTS.sig`, await detachedSignature(Buffer.from(digests), key, date));
    this.map.set(`${path}.DIGESTS.asc`, Buffer.from(asc));
  }
}

/** Server, key, disks and a cache. */
export class ReleaseWorld {
  readonly directory: string;
  readonly server: FileServer;
  readonly key: SigningKey;
  readonly log: string[] = [];
  readonly #base: string;
  readonly #disks = new Map<string, Buffer>();

  private constructor(parts: Pick<ReleaseWorld, 'directory' | 'server' | 'key'>, base: string) {
    this.directory = parts.directory;
    this.server = parts.server;
    this.key = parts.key;
    this.#base = base;
  }

  static async make(directory: string): Promise<ReleaseWorld> {
    const [server, key] = [await FileServer.start(), await makeKey()];
    const base = await makeBaseDisk(directory, ['amd64', 'arm64']);
    const world = new ReleaseWorld({ directory, server, key }, base);
    await world.writeKey(key);
    return world;
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  get cacheDirectory(): string {
    return join(this.directory, 'cache');
  }

  get image(): string {
    return this.path('flatcar_production_qemu_image.img');
  }

  path(name: string, version = '4593.2.5'): string {
    return `/amd64-usr/${version}/${name}`;
  }

  async writeKey({ publicKey }: SigningKey, name = 'key.asc'): Promise<string> {
    const file = join(this.directory, name);
    await writeFile(file, publicKey.armor());
    return file;
  }

  /** A small qcow2 of a disk that says that it is this version. */
  async disk(version: string, group = 'stable', arch: Arch = 'amd64'): Promise<Buffer> {
    const name = `${version}-${group}-${arch}`;
    const known = this.#disks.get(name);
    if (known) return known;
    const place = join(this.directory, `disk-${name}`);
    await mkdir(place, { recursive: true });
    const identity = testUsr['lib/os-release']?.replace('4593.2.5', version) ?? '';
    const osRelease = identity.replace('amd64-usr', `${arch}-usr`);
    const updateConf = `GROUP=${group}\n`;
    const usr = {
      ...testUsr,
      'lib/os-release': osRelease,
      'share/flatcar/update.conf': updateConf,
    };
    const raw = await makeTestDisk(place, { base: this.#base, usr });
    const qcow2 = join(place, 'disk.img');
    await execa('qemu-img', ['convert', '-c', '-O', 'qcow2', raw, qcow2]);
    const bytes = await readFile(qcow2);
    this.#disks.set(name, bytes);
    return bytes;
  }

  /** Puts a release onto the server, and `current` onto it. */
  async publish(version = '4593.2.5', server = this.server): Promise<void> {
    const disk = await this.disk(version);
    const files = { 'flatcar_production_qemu_image.img': disk };
    await this.publishFiles('/amd64-usr', { version, files, server });
  }

  /** A release with these files below a board's directory, and a name for it such as `current`. */
  async publishFiles(
    board: string,
    { version, files, server = this.server, name = 'current' }: PublishedFiles,
  ): Promise<void> {
    for (const [file, bytes] of Object.entries(files)) {
      await this.add(`${board}/${version}/${file}`, bytes, { server });
    }
    const text = Buffer.from(`FLATCAR_VERSION=${version}\nFLATCAR_VERSION_ID=${version}\n`);
    for (const directory of [version, name]) {
      const path = `${board}/${directory}/version.txt`;
      server.files.set(path, text);
      server.files.set(`${path}.sig`, await detachedSignature(text, this.key));
    }
  }

  /** A file with its signature and digests. */
  async add(
    path: string,
    bytes: Buffer,
    { server = this.server, key = this.key, date }: AddOptions = {},
  ): Promise<void> {
    const signed = new SignedFiles(key, date);
    await signed.add(path, bytes);
    for (const [name, content] of signed.map) server.files.set(name, content);
  }

  request(fields: Partial<FetchRequest> = {}): FetchRequest {
    const { signal } = new AbortController();
    return {
      release: 'stable',
      arch: 'amd64',
      variant: 'qemu',
      servers: [this.server.url],
      keys: {
        files: [join(this.directory, 'key.asc')],
        fingerprints: [this.key.fingerprint],
        directory: join(this.directory, 'no-keys'),
      },
      http: { followHosts: [], limits: shortLimits },
      cacheDirectory: this.cacheDirectory,
      quotaBytes: 2 ** 30,
      offline: false,
      allowDowngrade: false,
      allowExpiredKey: false,
      log: (line) => void this.log.push(line),
      signal,
      ...fields,
    };
  }

  async fetch(fields: Partial<FetchRequest> = {}) {
    return await fetchImage(this.request(fields));
  }

  /** With other limits than the short ones. */
  async fetchWith(limits: Partial<FetchLimits>, fields: Partial<FetchRequest> = {}) {
    const http = { followHosts: [], limits: { ...shortLimits, ...limits } };
    return await this.fetch({ http, ...fields });
  }
}

interface PublishedFiles {
  readonly version: string;
  readonly files: Readonly<Record<string, Buffer>>;
  readonly server?: FileServer;
  readonly name?: string;
}

interface AddOptions {
  readonly server?: FileServer;
  readonly key?: SigningKey;
  readonly date?: Date;
}
