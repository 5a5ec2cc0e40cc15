/**
 * A release on a server of its own, made of the reference system, that is audited with real boots: what
 * boots is good, and an archive that does not boot is told, however well it is signed.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../harness/base/run-dir.js';
import type { AuditedAsset } from '../../images/audit/audit-release.js';
import { buildPart } from '../../images/releases/build-part.js';
import { FileServer } from '../support/file-server.js';
import { publishFile, publishVersion } from '../support/publish.js';
import { makeKey, type SigningKey } from '../support/release-signatures.js';
import type { GateLab } from './gate-lab.js';
import type { E2eRelease } from './releases.js';

const prefix = 'flatcar_production';
const archive = `${prefix}_pxe_image.cpio.gz`;

/** Nothing that a kernel could take for an archive. */
const noArchive = Buffer.alloc(2 ** 20, 'no archive ');

/** What the audit says of each boot: `good`, or the problem. */
export type Boots = Readonly<Record<string, string>>;

/** Of the release as it is, and of one whose archive is none. */
export async function auditRelease(
  lab: GateLab,
  release: E2eRelease,
  signal: AbortSignal,
): Promise<{ readonly sound: Boots; readonly broken: Boots }> {
  const server = await FileServer.start();
  try {
    const audit = await Auditor.open(lab, server, release.version);
    await audit.publish(await filesOf(release, signal));
    const sound = await audit.boots();
    await audit.publish({ [archive]: noArchive });
    return { sound, broken: await audit.boots() };
  } finally {
    await server.close();
  }
}

async function filesOf(
  { image: { directory, descriptor }, version }: E2eRelease,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Buffer>>> {
  const options = { cacheDir: cacheDirectory(), signal, log: () => undefined, version };
  const live = new Map((await buildPart('live', options)).map(({ name, file }) => [name, file]));
  const fileOf = async (name: string) => await readFile(live.get(name) ?? '');
  return {
    [`${prefix}_qemu_image.img`]: await readFile(join(directory, descriptor.disk.file)),
    [`${prefix}_pxe.vmlinuz`]: await fileOf('pxe-kernel'),
    [archive]: await fileOf('pxe-image'),
    [`${prefix}_iso_image.iso`]: await fileOf('iso'),
  };
}

/** Signs as the vendor does, and asks as a user does, with a cache of its own. */
class Auditor {
  readonly #lab: GateLab;
  readonly #server: FileServer;
  readonly #version: string;
  readonly #key: SigningKey;

  private constructor(lab: GateLab, server: FileServer, version: string, key: SigningKey) {
    this.#lab = lab;
    this.#server = server;
    this.#version = version;
    this.#key = key;
  }

  static async open(lab: GateLab, server: FileServer, version: string): Promise<Auditor> {
    const key = await makeKey();
    await writeFile(join(lab.directory, 'vendor.asc'), key.publicKey.armor());
    await publishVersion({ server, key }, `/amd64-usr/${version}`, version);
    return new Auditor(lab, server, version, key);
  }

  async publish(files: Readonly<Record<string, Buffer>>): Promise<void> {
    const publisher = { server: this.#server, key: this.#key };
    for (const [name, bytes] of Object.entries(files)) {
      await publishFile(publisher, `/amd64-usr/${this.#version}/${name}`, bytes);
    }
  }

  /** Much of a release is not there, and the audit says so; only the boots are of interest. */
  async boots(): Promise<Boots> {
    const [lab, server, key] = [this.#lab, this.#server, this.#key];
    const where = ['--server', server.url, '--update-server', server.url];
    const trust = ['--key', join(lab.directory, 'vendor.asc'), '--fingerprint', key.fingerprint];
    const what = ['images', 'audit', this.#version, '--arch', 'amd64', '--boot', '--json'];
    const cache = { XDG_CACHE_HOME: join(lab.directory, `cache-${server.requests.length}`) };
    const { stdout, stderr } = await lab.yard([...what, ...where, ...trust], cache);
    if (stdout === '') throw new Error(`audit of ${this.#version}: ${stderr}`);
    const { assets } = JSON.parse(stdout) as { readonly assets: readonly AuditedAsset[] };
    const boots = assets.filter(({ name }) => name.includes('boot of '));
    const told = boots.map(({ name, problem = 'good' }) => {
      return [
        name.replace(`amd64-usr/boot of ${prefix}_`, ''),
        problem.replace(/: see run .*/, ''),
      ];
    });
    return Object.fromEntries(told);
  }
}
