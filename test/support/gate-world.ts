/**
 * A small world for the gate: keys, a policy, releases with runs, all of it honest and on disk. Tests
 * change one thing in it and see what the gate says.
 */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { acceptPolicy, approvePolicy } from '../../results/gate/accept-policy.js';
import type { Candidate } from '../../results/gate/candidate.js';
import { digestOf } from '../../results/gate/canonical-json.js';
import { chainStart, digestOfEnvelope, type Link } from '../../results/gate/chain.js';
import { channelDirectory } from '../../results/gate/channel-directory.js';
import { candidateDigest } from '../../results/gate/consent.js';
import type { Envelope } from '../../results/gate/envelope.js';
import type { Approval } from '../../results/gate/field-evidence.js';
import { readPolicy } from '../../results/gate/gate-directory.js';
import { type NewReport, signReport } from '../../results/gate/human-reports.js';
import type { GateContext } from '../../results/gate/open-ledger.js';
import { keepPayload } from '../../results/gate/payload-store.js';
import { check, type Promotion, promote } from '../../results/gate/promote.js';
import type { Publisher } from '../../results/gate/publisher.js';
import { readWaivers } from '../../results/gate/read-waivers.js';
import { subjectsOf } from '../../results/gate/record.js';
import type { History, RunEvidence } from '../../results/gate/run-evidence.js';
import { trustedKeys } from '../../results/gate/signers.js';
import { type PredicateName, signStatement } from '../../results/gate/statement.js';
import { adopt } from '../../results/gate/unjudged-acts.js';
import { policyOf } from './gate-policy.js';
import {
  canaryReport,
  candidate,
  daysAgo,
  digest,
  goodFiles,
  now,
  type Person,
  pastImage,
  person,
  runOf,
  suites,
} from './gate-values.js';

/** The world, on disk; statements are added in the order of the calls. */
export class GateWorld {
  readonly directory: string;
  readonly runner = person('lab');
  readonly gate = person('gate');
  readonly auditor = person('auditor');
  readonly field = person('field');
  readonly eve = person('eve');
  readonly finn = person('finn');
  readonly ben = person('ben');
  readonly cleo = person('cleo');
  readonly ada = person('ada');
  /** Where promotions become true; its own channels unless it is set. */
  publisher: Publisher | undefined;
  #link: Link = { sequence: 1, previous: chainStart };
  #files = 0;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Policy and inventory; 4152.1.0 in beta, adopted; 4230.1.0, which deserves to follow it. */
  static async make(directory: string): Promise<GateWorld> {
    const world = new GateWorld(directory);
    await world.begin();
    return world;
  }

  /** The same people begin anew: without runs, approvals and reports. */
  async begin(): Promise<void> {
    await this.forgetRuns();
    for (const folder of ['approvals', 'assets', 'canaries', 'channels']) {
      await rm(join(this.directory, folder), { recursive: true, force: true });
    }
    await rm(join(this.directory, 'ledger.jsonl'), { force: true });
    await this.writePolicy(this.policy());
    await this.write('inventory.json', JSON.stringify(suites));
    await this.addCandidate(candidate('4152.1.0', { publishedAt: daysAgo(90) }));
    await this.addCandidate(candidate('4230.1.0'));
    await this.publish('beta', candidate('4152.1.0'));
  }

  /** An honest world: everything that the policy wants is there. */
  static async honest(directory: string): Promise<GateWorld> {
    const world = await GateWorld.make(directory);
    await world.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
    await world.addRun(world.updateRun());
    await world.addRun(runOf('4230.1.0'));
    await world.addReports();
    return world;
  }

  /** The runner's row begins anew. */
  async forgetRuns(): Promise<void> {
    await rm(join(this.directory, 'runs'), { recursive: true, force: true });
    this.#link = { sequence: 1, previous: chainStart };
  }

  /** 4152.1.0 updated to the candidate, and back. */
  updateRun(): RunEvidence {
    const updatesTo = [{ version: '4230.1.0', payloadSha256: digest('payload 4230.1.0') }];
    return runOf('4152.1.0', { updatesTo, run: '20260628-120000-0001' });
  }

  async addReports(): Promise<void> {
    const subjects = subjectsOf(candidate('4230.1.0'));
    const assets = goodFiles(candidate('4230.1.0'));
    const report = { version: '4230.1.0', at: daysAgo(1), assets };
    await this.sign('assets', 'assets', { subjects, predicate: report }, this.auditor);
    const canary = canaryReport({ at: daysAgo(0.5) });
    await this.sign('canaries', 'canary', { subjects, predicate: canary }, this.field);
    await this.addHistory();
    await this.approve(this.ben);
    await this.approve(this.cleo);
  }

  /** Ninety days in which every suite passed ten times. */
  async addHistory(fields: Partial<History> = {}): Promise<void> {
    const entries = suites.map((suite) => {
      return { suite, at: daysAgo(50), ...pastImage, passed: 10, failed: 0 };
    });
    const predicate: History = { at: daysAgo(1), days: 90, entries, ...fields };
    const subjects = [{ name: 'history', sha256: digestOf(entries) }];
    const envelope = await signStatement('history', { subjects, predicate }, [this.runner]);
    await this.write('history.json', JSON.stringify(envelope));
  }

  policy(): Record<string, unknown> {
    return policyOf(this);
  }

  async writePolicy(policy: object): Promise<void> {
    await this.write('policy.yaml', stringify(policy));
  }

  /** Another policy, which ben and cleo agree to as the one before it wants. */
  async changePolicy(policy: object): Promise<void> {
    await this.writePolicy(policy);
    await this.acceptPolicy();
  }

  /** The policy as it is in the directory. */
  async acceptPolicy(by: readonly Person[] = [this.ben, this.cleo]): Promise<void> {
    for (const signer of by) {
      await approvePolicy(this.directory, {
        approver: signer.name,
        now: new Date(daysAgo(1)),
        signer,
      });
    }
    await acceptPolicy(this.context());
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.directory, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }

  async read(name: string): Promise<string> {
    return await readFile(join(this.directory, name), 'utf8');
  }

  async addCandidate(release: Candidate): Promise<void> {
    await this.#keepOwnPayload(release);
    await this.write(`candidates/${release.version}.yaml`, stringify(release));
  }

  /** Beside the channels, where it is the one of its {@link digest}. */
  async #keepOwnPayload({ version, images }: Candidate): Promise<void> {
    const payload = `payload ${version}`;
    const isOwn = images.some((one) => one.payloadSha256 === digest(payload));
    if (isOwn) await this.keepPayload(payload);
  }

  /** Signed by the lab unless by somebody else, and next in the lab's row. Returns its file. */
  async addRun(evidence: RunEvidence, by: Person = this.runner): Promise<string> {
    const predicate = { evidence, ...this.#link };
    const subjects = [{ name: evidence.run, sha256: evidence.record }];
    const { file, envelope } = await this.sign('runs', 'run', { subjects, predicate }, by);
    const previous = digestOfEnvelope(envelope);
    this.#link = { sequence: this.#link.sequence + 1, previous };
    return file;
  }

  async approve(by: Person, fields: Partial<Approval> = {}): Promise<string> {
    const accepted = await readPolicy(this.directory);
    const policy = digestOf(accepted);
    const waivers = (await readWaivers(this.directory, accepted)).map((one) => one.digest);
    const release = candidate('4230.1.0');
    const predicate = {
      approver: by.name,
      version: '4230.1.0',
      to: 'beta',
      candidate: candidateDigest(release),
      policy,
      ...(waivers.length > 0 && { waivers }),
      at: daysAgo(1),
      ...fields,
    };
    const subjects = [{ name: '4230.1.0', sha256: predicate.candidate }];
    return (await this.sign('approvals', 'approval', { subjects, predicate }, by)).file;
  }

  /** Somebody says how it is with a release; it is well without a problem. */
  async report(by: Person, fields: Partial<NewReport> = {}): Promise<string> {
    const trusted = trustedKeys([this.eve, this.finn].map(({ name, pem }) => ({ name, key: pem })));
    const said = {
      reporter: by.name,
      candidate: candidate('4230.1.0'),
      now: new Date(daysAgo(0.5)),
    };
    const folder = join(this.directory, 'reports');
    return await signReport(folder, { ...said, ...fields }, { signer: by, trusted });
  }

  async sign(
    folder: string,
    name: PredicateName,
    statement: Parameters<typeof signStatement>[1],
    by: Person,
  ): Promise<{ readonly file: string; readonly envelope: Envelope }> {
    const envelope = await signStatement(name, statement, [by]);
    const file = `${folder}/${String(this.#files++).padStart(3, '0')}.json`;
    await this.write(file, JSON.stringify(envelope));
    return { file, envelope };
  }

  /** A payload beside the channels; a candidate's is of its {@link digest}. Returns its SHA-256. */
  async keepPayload(contents: string): Promise<string> {
    await this.write('given', contents);
    return await keepPayload(join(this.directory, 'channels'), join(this.directory, 'given'));
  }

  /** Puts a release into a channel that has nothing, 85 days ago. */
  async publish(channel: string, release: Candidate): Promise<void> {
    await this.#keepOwnPayload(release);
    await adopt(release, channel, this.context({ now: new Date(daysAgo(85)) }));
  }

  context(fields: Partial<GateContext> = {}): GateContext {
    const { directory, gate } = this;
    const { signal } = new AbortController();
    const publisher = this.publisher ?? channelDirectory(join(directory, 'channels'), signal);
    return { directory, publisher, signers: [gate], now, signal, ...fields };
  }

  async ask(version = '4230.1.0', to = 'beta', fields: Partial<GateContext> = {}) {
    return await check({ version, to }, this.context({ signers: [], ...fields }));
  }

  async promote(version = '4230.1.0', to = 'beta', expected?: string): Promise<Promotion> {
    return await promote({ version, to, ...(expected && { expected }) }, this.context());
  }
}
