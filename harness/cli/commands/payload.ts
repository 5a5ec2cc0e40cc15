/**
 * `yard payload inspect`: what an update payload says about itself, and whether it is true.
 */

import { readFile } from 'node:fs/promises';
import type { Operation, TargetInfo } from '../../../images/payload/format.js';
import { type Payload, readPayload } from '../../../images/payload/read-payload.js';
import {
  type PayloadReport,
  readPublicKey,
  verifyPayload,
} from '../../../images/payload/verify-payload.js';
import { UsageError } from '../../base/errors.js';

export interface InspectPayloadOptions {
  /** File of a public key in PEM; without it no signature is checked. */
  readonly key?: string;
  readonly json?: boolean;
}

/**
 * Returns 1 when the payload contradicts itself or is not signed by the key. Throws NOT_A_PAYLOAD,
 * BAD_INPUT and BAD_KEY (usage).
 */
export async function inspectPayloadCommand(
  file: string,
  options: InspectPayloadOptions,
): Promise<number> {
  const key = options.key === undefined ? undefined : await readKey(options.key);
  const payload = await readPayload(file);
  const report = await verifyPayload(payload, key);
  const inspection = inspect(payload, report);
  const text = options.json
    ? `${JSON.stringify({ schema: 1, ...inspection }, null, 2)}\n`
    : render(inspection, verdict(report, key !== undefined));
  process.stdout.write(text);
  return report.problems.length === 0 ? 0 : 1;
}

function verdict({ unverified }: PayloadReport, hasKey: boolean): string {
  const sound = unverified.length === 0 ? 'sound' : 'nothing is wrong with what could be verified';
  return hasKey ? `signed by the key; ${sound}` : `${sound}; give --key to check who signed it`;
}

async function readKey(path: string) {
  const pem = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new UsageError('BAD_INPUT', `can't read ${path}: ${cause.message}; name another file`);
  });
  return readPublicKey(pem, path);
}

/** Figures in bytes, digests in lower-case hexadecimal. */
interface Inspection {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly blockBytes: number;
  readonly delta: boolean;
  readonly targets: readonly TargetInspection[];
  /** The versions of its signatures; 2 is the one that engines look at. */
  readonly signatures: readonly number[];
  readonly problems: readonly string[];
  /** What could not be told, with the reason. */
  readonly unverified: readonly string[];
}

interface TargetInspection {
  readonly target: string;
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
  /** How many operations of each kind. */
  readonly operations: Readonly<Record<string, number>>;
  readonly dataBytes: number;
}

function inspect(
  { path, bytes, manifest, signatures }: Payload,
  report: PayloadReport,
): Inspection {
  const procedures = manifest.procedures.map(({ kind, operations, target }) => {
    return inspectTarget(kind ?? 'unknown', operations, target);
  });
  return {
    file: path,
    bytes,
    sha256: report.sha256,
    sha1: report.sha1,
    blockBytes: manifest.blockBytes,
    delta: manifest.oldPartition !== undefined,
    targets: [inspectTarget('partition', manifest.operations, manifest.partition), ...procedures],
    signatures: signatures.map(({ version }) => version),
    problems: report.problems,
    unverified: report.unverified,
  };
}

function inspectTarget(
  target: string,
  operations: readonly Operation[],
  info: TargetInfo | undefined,
): TargetInspection {
  const kinds: Record<string, number> = {};
  for (const { kind } of operations) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return {
    target,
    bytes: info?.bytes,
    sha256: info && Buffer.from(info.sha256).toString('hex'),
    operations: kinds,
    dataBytes: operations.reduce((sum, { dataBytes }) => sum + dataBytes, 0),
  };
}

function render(inspection: Inspection, good: string): string {
  const { file, bytes, sha256, sha1, targets, signatures, delta } = inspection;
  const { problems, unverified } = inspection;
  return [
    `payload ${file}: ${delta ? 'a delta' : 'full'}, ${bytes} bytes`,
    `  sha256  ${sha256}`,
    `  sha1    ${sha1}`,
    ...targets.flatMap(renderTarget),
    `  signatures: ${signatures.map((version) => `version ${version}`).join(', ') || 'none'}`,
    ...unverified.map((what) => `  ? not verified: ${what}`),
    ...problems.map((problem) => `  ✗ ${problem}`),
    ...(problems.length === 0 ? [`  ✓ ${good}`] : []),
    '',
  ].join('\n');
}

function renderTarget({
  target,
  bytes,
  sha256,
  operations,
  dataBytes,
}: TargetInspection): string[] {
  const kinds = Object.entries(operations).map(([kind, count]) => `${count} ${kind}`);
  return [
    `  ${target}: ${bytes ?? '?'} bytes of ${dataBytes} in the payload; ${kinds.join(', ')}`,
    `    sha256  ${sha256 ?? 'not stated'}`,
  ];
}
