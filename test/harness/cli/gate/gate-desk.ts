/**
 * A gate for tests of the commands, at the time of now: keys, a small policy, a candidate, and runs as
 * `yard run` leaves them.
 */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Test } from 'tap';
import { stringify } from 'yaml';
import { compiledRoot } from '../../../../harness/base/project-root.js';
import type { LoggedEvent } from '../../../../harness/model/events.js';
import type { SuiteId } from '../../../../harness/model/ids.js';
import { inventoryDigest } from '../../../../results/gate/rules/inventory.js';
import { type RunStory, startMs } from '../../../results/support/events.js';
import { eventsOf, makeRun } from '../../../results/support/run-directory.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

/** Runs the command as a process of its own. */
export async function yard(cwd: string, ...argv: readonly string[]) {
  return await execa('node', [main, ...argv], { reject: false, cwd });
}

export const suites = ['boot/first', 'etcd/quorum'] as SuiteId[];

const payload = 'payload of 1.0.0';
export const payloadSha256 = createHash('sha256').update(payload).digest('hex');

/** Both of them passed. */
export const green: RunStory = {
  cases: { 'boot/first': [{ outcome: 'passed' }], 'etcd/quorum': [{ outcome: 'passed' }] },
};

/** The events of a run as if it had ended an hour ago. */
export function shifted(events: readonly LoggedEvent[]): LoggedEvent[] {
  const byMs = Date.now() - 3_600_000 - startMs;
  return events.map((event) => {
    return { ...event, at: new Date(Date.parse(event.at) + byMs).toISOString() };
  });
}

/** A directory with keys, `gate/` and `runs/`. */
export class GateDesk {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Keys by the command; policy, inventory and candidate by hand. */
  static async make(directory: string): Promise<GateDesk> {
    const desk = new GateDesk(directory);
    for (const name of ['lab', 'gate', 'ben', 'ada']) await desk.yard('gate', 'keygen', name);
    for (const folder of ['candidates', 'channels/payloads']) {
      await mkdir(join(directory, 'gate', folder), { recursive: true });
    }
    await desk.write('gate/policy.yaml', stringify(await desk.policy()));
    await desk.write('gate/inventory.json', JSON.stringify(suites));
    await desk.addCandidate();
    return desk;
  }

  async policy(): Promise<object> {
    const key = async (name: string) => ({ name, key: await this.read(`${name}.pub.pem`) });
    const places = { arches: ['amd64'], platforms: ['qemu'], firmware: ['bios'] };
    const rules = [
      { id: 'all', kind: 'must-pass', cases: ['**'], ...places },
      { id: 'inventory', kind: 'inventory', digest: inventoryDigest(suites) },
      { id: 'people', kind: 'approvals', count: 1 },
    ];
    return {
      schema: 1,
      edges: [{ from: 'developer', to: 'alpha', mode: 'same-bytes', rules }],
      trust: {
        runners: [await key('lab')],
        approvers: [await key('ben'), await key('ada')],
        gate: [await key('gate')],
      },
    };
  }

  /** 1.0.0 of the image that {@link addRun} has run on. */
  async addCandidate(version = '1.0.0', fields: object = {}): Promise<void> {
    const image = { arch: 'amd64', sha256: 'ab'.repeat(32), payloadSha256 };
    await this.write(`gate/channels/payloads/${payloadSha256}`, payload);
    const candidate = {
      osName: 'Switchyard Reference OS',
      version,
      channel: 'developer',
      images: [image],
      author: 'ada',
      security: false,
      publishedAt: '2026-01-02T03:04:05Z',
      lineage: [],
      ...fields,
    };
    await this.write(`gate/candidates/${version}.yaml`, stringify(candidate));
  }

  /** A stored run; `change` edits its first event. Returns its directory. */
  async addRun(id: string, story: RunStory = green, change: object = {}): Promise<string> {
    const events = shifted(eventsOf(id, story, change));
    return await makeRun(join(this.directory, 'runs'), events);
  }

  async attest(run: string, ...more: readonly string[]) {
    const argv = ['--runs', 'runs', '--key', 'lab.key.pem', ...more];
    return await this.yard('gate', 'attest', run, ...argv);
  }

  async check(version = '1.0.0', ...more: readonly string[]) {
    return await this.yard('gate', 'check', version, '--to', 'alpha', ...more);
  }

  async approve(who = 'ben', ...more: readonly string[]) {
    const argv = ['--to', 'alpha', '--as', who, '--key', `${who}.key.pem`, ...more];
    return await this.yard('gate', 'approve', '1.0.0', ...argv);
  }

  async promote(version = '1.0.0', ...more: readonly string[]) {
    const argv = ['--to', 'alpha', '--key', 'gate.key.pem', ...more];
    return await this.yard('gate', 'promote', version, ...argv);
  }

  async yard(...argv: readonly string[]) {
    return await yard(this.directory, ...argv);
  }

  /** What was kept for a verdict that nobody signed is left out: nothing points to it. */
  async files(): Promise<readonly string[]> {
    const names = await readdir(this.directory, { recursive: true });
    return names.filter((name) => !name.startsWith('gate/inputs')).sort();
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, name), text);
  }

  async read(name: string): Promise<string> {
    return await readFile(join(this.directory, name), 'utf8');
  }
}

/** Arguments after `yard gate`, and what must be said to them. */
export type BadInput = readonly [argv: readonly string[], message: RegExp];

/** Each is refused in one line with a code and status 2, and leaves no file. */
export async function refusesAll(
  t: Test,
  desk: GateDesk,
  table: readonly BadInput[],
): Promise<void> {
  const run = '20261101-101500-aaaa';
  await desk.addRun(run);
  await desk.attest(run);
  await desk.approve();
  const before = await desk.files();
  for (const [argv, message] of table) {
    const { exitCode, stderr, stdout } = await desk.yard('gate', ...argv);
    t.equal(exitCode, 2, argv.join(' '));
    t.match(stderr, message, argv.join(' '));
    t.match(stderr, /^yard: [^\n]*\]$/, 'one line with a code');
    t.equal(stdout, '');
  }
  t.same(await desk.files(), before);
}
