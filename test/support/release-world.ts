/**
 * A release server on this host, with the layout of Flatcar's, whose files are signed by keys that are
 * made here. Tests break one thing in it and see what a fetch says.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Arch } from '../../harness/model/image.js';
import { type FetchRequest, fetchImage } from '../../images/fetch/fetch-image.js';
import type { FetchLimits } from '../../images/fetch/http-client.js';
import { makeBaseDisk, makeTestDisk, testUsr } from '../images/test-disk.js';
import { FileServer, shortLimits } from './file-server.js';
import { publishFile, publishVersion } from './publish.js';
import { makeKey, type SigningKey } from './release-signatures.js';

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
    for (const directory of [version, name]) {
      await publishVersion({ server, key: this.key }, `${board}/${directory}`, version);
    }
  }

  /** A file with its signature and digests. */
  async add(
    path: string,
    bytes: Buffer,
    { server = this.server, key = this.key, date }: AddOptions = {},
  ): Promise<void> {
    await publishFile({ server, key, date }, path, bytes);
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
