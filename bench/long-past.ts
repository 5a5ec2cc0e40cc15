/**
 * The long past of a gate in a directory: runs of releases, day after day on every platform, all of them
 * signed; the history of those days; a channel, and a ledger with a verdict for each day.
 */

import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteId } from '../harness/model/ids.js';
import { canonicalJson, digestOf, sha256 } from '../results/gate/canonical-json.js';
import { chainStart, digestOfEnvelope, type Link } from '../results/gate/chain.js';
import { keyIdOf, type Signer } from '../results/gate/envelope.js';
import type { History, RunEvidence } from '../results/gate/run-evidence.js';
import { trustedKeys } from '../results/gate/signers.js';
import { signStatement } from '../results/gate/statement.js';
import { contextOf, writeLedger } from './past-ledger.js';
import {
  candidateOf,
  caseOf,
  dayMs,
  names,
  now,
  osName,
  type PastSize,
  releasesOfDay,
  rulesFor,
} from './past-values.js';

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

/** A gate directory with a long past, and how much is in it. */
export class LongPast {
  readonly #directory: string;
  readonly #size: PastSize;
  readonly #runner = newKey();
  readonly #gate = newKey();
  readonly #suites: readonly SuiteId[];
  readonly #platforms: readonly string[];
  runs = 0;
  cases = 0;
  /** Records of the ledger. */
  records = 0;
  bytes = 0;

  constructor(directory: string, size: PastSize) {
    this.#directory = directory;
    this.#size = size;
    this.#suites = names(size.suites, 'area/suite') as SuiteId[];
    this.#platforms = names(size.platforms, 'platform');
  }

  /** Policy, inventory, releases, the runs of every day, the history, the channel, and the ledger. */
  async write(signal: AbortSignal): Promise<void> {
    const { releases, days } = this.#size;
    await this.#put('policy.yaml', JSON.stringify(this.#policy()));
    await this.#put('inventory.json', JSON.stringify(this.#suites));
    for (let n = 0; n < releases; n += 1) {
      const candidate = candidateOf(n);
      await this.#put(`candidates/${candidate.version}.yaml`, JSON.stringify(candidate));
    }
    let link: Link = { sequence: 1, previous: chainStart };
    for (let day = 0; day < days; day += 1) {
      signal.throwIfAborted();
      for (const n of releasesOfDay(this.#size, day)) {
        for (const platform of this.#platforms) link = await this.#run(n, { day, platform, link });
      }
    }
    await this.#history();
    await this.#ledger(signal);
  }

  async #put(name: string, text: string): Promise<void> {
    const path = join(this.#directory, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    this.bytes += (await stat(path)).size;
  }

  #policy(): object {
    const key = { name: 'lab', key: this.#runner.pem };
    const rules = rulesFor(this.#suites, this.#platforms);
    return {
      schema: 1,
      edges: [{ from: 'alpha', to: 'beta', mode: 'rebuild', rules }],
      trust: { runners: [key], gate: [{ name: 'gate', key: this.#gate.pem }] },
    };
  }

  async #run(
    n: number,
    {
      day,
      platform,
      link,
    }: { readonly day: number; readonly platform: string; readonly link: Link },
  ): Promise<Link> {
    const { version, images } = candidateOf(n);
    const at = now.getTime() - (this.#size.days - day) * dayMs;
    const next = candidateOf(n + 1);
    const cases = this.#suites.map((suite, index) => {
      return caseOf(suite, platform, (index * 31 + day) % 100 === 0);
    });
    const evidence: RunEvidence = {
      run: `run-${day}-${n}-${platform}`,
      record: sha256(`${day} ${n} ${platform}`),
      ...{ osName, version, channel: 'beta', platform, arch: 'amd64' },
      imageSha256: images[0]?.sha256 ?? '',
      updatesTo: next.images.map(({ payloadSha256 }) => ({ version: next.version, payloadSha256 })),
      startedAt: new Date(at).toISOString(),
      endedAt: new Date(at + 3_600_000).toISOString(),
      interrupted: false,
      cases,
      excluded: [],
    };
    const { sequence } = link;
    const subjects = [{ name: evidence.run, sha256: evidence.record }];
    const predicate = { evidence, ...link };
    const envelope = await signStatement('run', { subjects, predicate }, [this.#runner.signer]);
    await this.#put(`runs/${String(sequence).padStart(6, '0')}.json`, JSON.stringify(envelope));
    this.runs = sequence;
    this.cases += cases.length;
    return { sequence: sequence + 1, previous: digestOfEnvelope(envelope) };
  }

  /** An entry for each case of each run, of the release before the newest, whose past counts for that. */
  async #history(): Promise<void> {
    const { days, releases } = this.#size;
    const perSuite = this.cases / this.#suites.length;
    const entries = this.#suites.flatMap((suite, n) => {
      return Array.from({ length: perSuite }, (_, index) => {
        const at = new Date(now.getTime() - (index * days * dayMs) / perSuite).toISOString();
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

  async #ledger(signal: AbortSignal): Promise<void> {
    const { signer, pem } = this.#gate;
    const context = contextOf(this.#directory, signal, [signer]);
    const trusted = trustedKeys([{ name: 'gate', key: pem }]);
    this.records = await writeLedger(context, this.#size, { signer, trusted });
    this.bytes += (await stat(join(this.#directory, 'ledger.jsonl'))).size;
  }
}
