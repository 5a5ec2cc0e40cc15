/**
 * The long past of a gate: releases, each run every day on every platform until the next came, all of it
 * signed, and the history of those days.
 */

import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteId } from '../harness/model/ids.js';
import type { Candidate } from '../results/gate/candidate.js';
import { canonicalJson, digestOf, sha256 } from '../results/gate/canonical-json.js';
import { chainStart, digestOfEnvelope, type Link } from '../results/gate/chain.js';
import { keyIdOf, type Signer } from '../results/gate/envelope.js';
import { inventoryDigest } from '../results/gate/rules/inventory.js';
import type { CaseEvidence, History, RunEvidence } from '../results/gate/run-evidence.js';
import { signStatement } from '../results/gate/statement.js';

const osName = 'Bench OS';
const dayMs = 86_400_000;
/** When the newest release asks. */
export const now = new Date('2026-06-30T12:00:00.000Z');

interface BenchKey {
  readonly pem: string;
  readonly signer: Signer;
}

function newKey(): BenchKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signer = {
    keyId: keyIdOf(privateKey),
    sign: async (bytes: Uint8Array) => sign(null, bytes, privateKey),
  };
  return { pem, signer };
}

/** How much there is. */
export interface PastSize {
  readonly releases: number;
  readonly suites: number;
  readonly platforms: number;
  readonly days: number;
}

/** A gate directory with a long past. */
export class LongPast {
  readonly #directory: string;
  readonly #size: PastSize;
  readonly #runner = newKey();
  readonly #suites: readonly SuiteId[];
  readonly #platforms: readonly string[];
  runs = 0;
  bytes = 0;

  constructor(directory: string, size: PastSize) {
    this.#directory = directory;
    this.#size = size;
    this.#suites = names(size.suites, 'area/suite') as SuiteId[];
    this.#platforms = names(size.platforms, 'platform');
  }

  /** Policy, inventory, releases, a run per day and platform, and the history. */
  async write(): Promise<void> {
    const { releases, days } = this.#size;
    await this.#put('policy.yaml', JSON.stringify(this.#policy()));
    await this.#put('inventory.json', JSON.stringify(this.#suites));
    for (let n = 0; n < releases; n += 1) {
      const candidate = this.candidate(n);
      await this.#put(`candidates/${candidate.version}.yaml`, JSON.stringify(candidate));
    }
    let link: Link = { sequence: 1, previous: chainStart };
    for (let day = 0; day < days; day += 1) {
      for (const platform of this.#platforms) link = await this.#run(day, platform, link);
    }
    await this.#history();
  }

  /** The release of this number; one more than there are is the next to come. */
  candidate(n: number): Candidate {
    const image = {
      arch: 'amd64',
      sha256: sha256(`image ${n}`),
      payloadSha256: sha256(`update ${n}`),
    };
    return {
      osName,
      version: `${4000 + n}.1.0`,
      channel: 'beta',
      images: [image],
      author: 'ada',
      security: false,
      publishedAt: new Date(now.getTime() - 30 * dayMs).toISOString(),
      lineage: [
        { version: `${4000 + n}.0.0`, channel: 'alpha', publishedAt: '2026-01-01T00:00:00Z' },
      ],
    };
  }

  async #put(name: string, text: string): Promise<void> {
    const path = join(this.#directory, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    this.bytes += (await stat(path)).size;
  }

  #policy(): object {
    const key = { name: 'lab', key: this.#runner.pem };
    const places = { arches: ['amd64'], platforms: this.#platforms, firmware: ['bios'] };
    const rules = [
      { id: 'all', kind: 'must-pass', cases: ['**'], ...places, flaky: 'budget' },
      { id: 'inventory', kind: 'inventory', digest: inventoryDigest(this.#suites) },
      { id: 'no-regression', kind: 'no-regression' },
      { id: 'flakes', kind: 'flake-budget', rate: 0.05 },
      { id: 'updates', kind: 'edges', from: ['previous'], cases: ['area/suite-1*'] },
      { id: 'complete', kind: 'completeness' },
      { id: 'soak', kind: 'age', days: 14, securityDays: 2 },
      { id: 'canary', kind: 'canary', instances: 10, hours: 48 },
      { id: 'memory', kind: 'performance', metric: 'memory' },
      { id: 'people', kind: 'approvals', count: 2 },
    ];
    return {
      schema: 1,
      edges: [{ from: 'alpha', to: 'beta', mode: 'rebuild', rules }],
      trust: { runners: [key], gate: [{ name: 'gate', key: newKey().pem }] },
    };
  }

  /** One case in a hundred attempts fails, so that there is something to explain. */
  async #run(day: number, platform: string, { sequence, previous }: Link): Promise<Link> {
    const release = Math.floor((day * this.#size.releases) / this.#size.days);
    const { version, images } = this.candidate(release);
    const at = now.getTime() - (this.#size.days - day) * dayMs;
    const next = this.candidate(release + 1);
    const cases = this.#suites.map((suite, n) =>
      caseOf(suite, platform, (n * 31 + day) % 100 === 0),
    );
    const evidence: RunEvidence = {
      run: `run-${day}-${platform}`,
      record: sha256(`${day} ${platform}`),
      ...{ osName, version, channel: 'beta', platform, arch: 'amd64' },
      imageSha256: images[0]?.sha256 ?? '',
      updatesTo: next.images.map(({ payloadSha256 }) => ({ version: next.version, payloadSha256 })),
      startedAt: new Date(at).toISOString(),
      endedAt: new Date(at + 3_600_000).toISOString(),
      interrupted: false,
      cases,
      excluded: [],
    };
    const subjects = [{ name: evidence.run, sha256: evidence.record }];
    const predicate = { evidence, sequence, previous };
    const envelope = await signStatement('run', { subjects, predicate }, [this.#runner.signer]);
    await this.#put(`runs/${String(sequence).padStart(6, '0')}.json`, JSON.stringify(envelope));
    this.runs = sequence;
    return { sequence: sequence + 1, previous: digestOfEnvelope(envelope) };
  }

  /** Of the release before the newest, whose past counts for that. */
  async #history(): Promise<void> {
    const { days, platforms, releases } = this.#size;
    const entries = this.#suites.flatMap((suite, n) => {
      return Array.from({ length: days * platforms }, (_, index) => {
        const at = new Date(now.getTime() - (index / platforms) * dayMs).toISOString();
        const failed = (n * 31 + index) % 100 === 0 ? 1 : 0;
        const image = { imageSha256: sha256(`image ${releases - 2}`), osName, arch: 'amd64' };
        return { suite, at, ...image, passed: 1, failed };
      });
    });
    const predicate: History = { at: now.toISOString(), days, entries };
    const subjects = [{ name: 'history', sha256: digestOf(entries) }];
    const envelope = await signStatement('history', { subjects, predicate }, [this.#runner.signer]);
    await this.#put('history.json', canonicalJson(envelope));
  }
}

function names(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
}

function caseOf(suite: SuiteId, platform: string, isFlaky: boolean): CaseEvidence {
  const passed = { outcome: 'passed', bootMs: [9000], memoryMiB: 512 } as const;
  const signature = sha256(suite).slice(0, 12);
  const cause = { signature, code: 'ASSERTION_FAILED', phase: 'suite', text: 'it broke' } as const;
  const attempts = isFlaky ? [{ outcome: 'failed', cause } as const, passed] : [passed];
  return { id: `${suite}@image@${platform}-bios`, suite, platform, firmware: 'bios', attempts };
}
