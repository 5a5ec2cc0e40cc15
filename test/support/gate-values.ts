/**
 * What the world of the gate is made of in tests: times, people, releases, runs, and what is reported.
 */

import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import {
  assetEntryName,
  assetsOf,
  documentedAssets,
} from '../../harness/model/documented-assets.js';
import type { SuiteId } from '../../harness/model/ids.js';
import type { Candidate } from '../../results/gate/candidate.js';
import { keyIdOf, type Signer } from '../../results/gate/envelope.js';
import type { CanaryReport } from '../../results/gate/field-evidence.js';
import type {
  AttemptEvidence,
  CaseEvidence,
  RunEvidence,
} from '../../results/gate/run-evidence.js';

/** When everything in this world is asked. */
export const now = new Date('2026-06-30T12:00:00.000Z');
const day = 86_400_000;

/** ISO 8601, so many days before {@link now}. */
export function daysAgo(days: number): string {
  return new Date(now.getTime() - days * day).toISOString();
}

export const suites = [
  ...['boot/reboot', 'boot/uefi', 'etcd/forms', 'etcd/minority', 'ignition/files'],
  ...['network/vlan', 'slots/fallback', 'update/to-next', 'rollback/no-init', 'verity/table'],
] as SuiteId[];

/** Somebody with a key. */
export interface Person extends Signer {
  readonly name: string;
  readonly pem: string;
  readonly secretPem: string;
}

export function person(name: string): Person {
  const { privateKey } = generateKeyPairSync('ed25519');
  const secretPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const keyId = keyIdOf(privateKey);
  return { name, pem: pemOf(privateKey), secretPem, keyId, sign: signWith(privateKey) };
}

function signWith(key: KeyObject) {
  return async (bytes: Uint8Array) => sign(null, bytes, key);
}

function pemOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** A digest that is made of a name. */
export function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/** A release of a channel, with digests made of its version. */
export function candidate(version: string, fields: Partial<Candidate> = {}): Candidate {
  const [major = '', digit = '0'] = version.split('.');
  const channel = ['alpha', 'beta', 'stable', 'lts'][Number(digit)] ?? 'alpha';
  const before = ['alpha', 'beta'].slice(0, Number(digit)).map((name, n) => {
    return { version: `${major}.${n}.0`, channel: name, publishedAt: daysAgo(60 - 20 * n) };
  });
  return {
    osName: 'Test OS',
    version,
    channel,
    images: [imageOf(version)],
    author: 'ada',
    security: false,
    publishedAt: daysAgo(10),
    lineage: before,
    ...fields,
  };
}

/** A word on each documented file of it, which is good. */
export function goodFiles({ version, images }: Candidate): readonly { readonly name: string }[] {
  return images.flatMap(({ arch }) => {
    const documented = assetsOf(documentedAssets, { version, arch });
    return documented.map(({ names }) => ({ name: assetEntryName(arch, names[0] ?? '') }));
  });
}

/** What the history is about, unless it says otherwise: what beta has. */
export const pastImage = {
  imageSha256: digest('image 4152.1.0'),
  osName: 'Test OS',
  arch: 'amd64',
} as const;

/** Its only image. */
function imageOf(version: string) {
  const [sha256, payloadSha256] = [digest(`image ${version}`), digest(`payload ${version}`)];
  return { arch: 'amd64', sha256, payloadSha256 };
}

/** How machines fared with the release before, as canary reports compare with. */
export const fleetBefore = { version: '4152.1.0', instances: 200, failed: 1 };

/** An attempt that failed for a reason. */
export function failed(name = 'it broke'): AttemptEvidence {
  const signature = digest(name).slice(0, 12);
  const cause = { signature, code: 'ASSERTION_FAILED', phase: 'suite', text: name } as const;
  return { outcome: 'failed', cause };
}

export const passed: AttemptEvidence = { outcome: 'passed', memoryMiB: 512 };

/** A run of all suites, green unless `attempts` says otherwise. */
export function runOf(
  version: string,
  fields: Partial<RunEvidence> = {},
  attempts: Readonly<Record<string, readonly AttemptEvidence[]>> = {},
): RunEvidence {
  const cases = suites.map((suite): CaseEvidence => {
    const id = `${suite}@test@qemu-bios`;
    return {
      id,
      suite,
      platform: 'qemu',
      firmware: 'bios',
      attempts: attempts[suite] ?? [passed],
    };
  });
  const { sha256 } = imageOf(version);
  const record = digest(`record of ${version} ${JSON.stringify([fields, attempts])}`);
  return {
    run: `20260625-120000-${record.slice(0, 4)}`,
    record,
    osName: 'Test OS',
    version,
    channel: 'beta',
    platform: 'qemu',
    arch: 'amd64',
    imageSha256: sha256,
    updatesTo: [],
    startedAt: daysAgo(2),
    endedAt: daysAgo(1.9),
    interrupted: false,
    cases,
    excluded: [],
    ...fields,
  };
}

/** A hundred machines that are well, and have been for a hundred hours, unless `fields` say otherwise. */
export function canaryReport(fields: Partial<CanaryReport> = {}): CanaryReport {
  const { instances = 100 } = fields;
  const ages = instances > 0 ? [{ hours: 100, machines: instances }] : [];
  const fleet = { source: 'fleet', version: '4230.1.0', at: daysAgo(0.2), instances, ages };
  return { ...fleet, failed: 0, baseline: fleetBefore, ...fields };
}
