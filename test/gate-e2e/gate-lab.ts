/**
 * A gate of its own in a temporary directory, driven by the commands that users have: keys, a policy of
 * a few suites, candidates, runs on real machines.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { compiledRoot } from '../../harness/base/project-root.js';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import { inventory, labPolicy, updateSuite } from './lab-policy.js';
import type { E2eRelease } from './releases.js';

/** Runs of one release until the host has told something of each suite. */
const mostRuns = 3;

/** A command that has ended. */
export interface CommandEnd {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export class GateLab implements AsyncDisposable {
  readonly directory: string;
  readonly #signal: AbortSignal;

  private constructor(directory: string, signal: AbortSignal) {
    this.directory = directory;
    this.#signal = signal;
  }

  /** Makes keys, the policy, and the inventory. */
  static async open(signal: AbortSignal): Promise<GateLab> {
    const lab = new GateLab(await makeTempDirectory('gate'), signal);
    await mkdir(join(lab.directory, 'gate', 'candidates'), { recursive: true });
    for (const name of ['lab', 'ben', 'gate']) {
      await lab.must(['gate', 'keygen', name, '--output', lab.directory]);
    }
    await lab.#write('policy.yaml', stringify(await lab.#policy()));
    await lab.#write('inventory.json', JSON.stringify(inventory));
    return lab;
  }

  /** What an update server is given. */
  get channels(): string {
    return join(this.directory, 'gate', 'channels');
  }

  get runs(): string {
    return join(this.directory, 'runs');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.directory);
  }

  /** Runs `yard` with these arguments to its end. */
  async yard(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandEnd> {
    const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
    const options = { reject: false, stdin: 'ignore', cancelSignal: this.#signal, env } as const;
    const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], options);
    this.#signal.throwIfAborted();
    return { exitCode, stdout, stderr };
  }

  /** The same for what can't fail. */
  async must(args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.yard(args);
    if (exitCode === 0) return stdout;
    throw new Error(`yard ${args.join(' ')} ended with ${exitCode}: ${stderr || stdout}`);
  }

  /** A command of the gate, signed by somebody if a name is given. */
  async gate(args: readonly string[], signer?: string): Promise<CommandEnd> {
    const key = signer ? ['--key', join(this.directory, `${signer}.key.pem`)] : [];
    return await this.yard(['gate', ...args, '--directory', join(this.directory, 'gate'), ...key]);
  }

  /** Describes a release, and puts its payload where channels find it. */
  async add({ image, update, version }: E2eRelease): Promise<void> {
    const { exitCode, stderr } = await this.gate(['payload', update.payload.path]);
    if (exitCode !== 0) throw new Error(stderr);
    const { osName, arch, disk } = image.descriptor;
    const images = [{ arch, sha256: disk.sha256, payloadSha256: update.payload.sha256 }];
    const candidate = { osName, version, images, author: 'ada', security: false, lineage: [] };
    await this.#describe(version, { ...candidate, channel: 'developer' });
  }

  /** Runs all suites on the image and signs what came of it; how the cases ended. */
  async prove(release: E2eRelease): Promise<string> {
    return await this.#prove(release, inventory);
  }

  /** Likewise with machines of the release before, which are updated to this one. */
  async proveUpdate(from: E2eRelease, { version, update }: E2eRelease): Promise<string> {
    const next = ['--release', `next=${version}:${update.payload.path}`];
    return await this.#prove(from, [updateSuite, ...next]);
  }

  /**
   * Where the host is to blame it is done again, as anybody would: what nobody could tell proves nothing.
   */
  async #prove(release: E2eRelease, what: readonly string[]): Promise<string> {
    for (let left = mostRuns - 1; ; left--) {
      const seen = await this.#proveOnce(release, what);
      if (left === 0 || !seen.includes('errored')) return seen;
    }
  }

  async #proveOnce({ image, version }: E2eRelease, what: readonly string[]): Promise<string> {
    const place = ['--image', image.directory, '--runs', this.runs, '--jobs', '1', '--json'];
    const { stdout, stderr } = await this.yard(['run', ...what, ...place]);
    if (stdout === '') throw new Error(`run of ${version}: ${stderr}`);
    await this.attest();
    return countStatuses(stdout);
  }

  /** Signs the newest run as evidence. */
  async attest(): Promise<void> {
    const { exitCode, stderr } = await this.gate(['attest', 'latest', '--runs', this.runs], 'lab');
    if (exitCode !== 0) throw new Error(stderr);
  }

  /** Asks for a promotion; its outcome, with the verdict where it is refused. */
  async promote(version: string, to: string): Promise<string> {
    await this.gate(['approve', version, '--to', to, '--as', 'ben'], 'ben');
    const { stdout, stderr } = await this.gate(['promote', version, '--to', to, '--json'], 'gate');
    if (stdout === '') return stderr;
    const { outcome, verdict } = JSON.parse(stdout) as {
      readonly outcome: string;
      readonly verdict?: { readonly verdict: string };
    };
    if (outcome === 'promoted') await this.#moved(version, to);
    return outcome === 'refused' ? `refused, ${verdict?.verdict}` : outcome;
  }

  /** The same bytes go on from where they are now. */
  async #moved(version: string, channel: string): Promise<void> {
    const path = join(this.directory, 'gate', 'candidates', `${version}.yaml`);
    const candidate = parse(await readFile(path, 'utf8')) as object;
    await this.#describe(version, { ...candidate, channel });
  }

  async #describe(version: string, candidate: object): Promise<void> {
    const publishedAt = new Date().toISOString();
    await this.#write(`candidates/${version}.yaml`, stringify({ ...candidate, publishedAt }));
  }

  async #policy(): Promise<object> {
    const key = async (name: string) => {
      return await readFile(join(this.directory, `${name}.pub.pem`), 'utf8');
    };
    return labPolicy({ lab: await key('lab'), ben: await key('ben'), gate: await key('gate') });
  }

  async #write(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, 'gate', name), text);
  }
}

/** `3 passed`, or `1 failed, 2 passed`. */
function countStatuses(json: string): string {
  const { cases } = JSON.parse(json) as { readonly cases: readonly { readonly status: string }[] };
  const statuses = cases.map(({ status }) => status);
  const names = [...new Set(statuses)].sort();
  return names.map((one) => `${statuses.filter((s) => s === one).length} ${one}`).join(', ');
}
