/**
 * `yard gate verify`, `log` and `replay`: what was signed, and whether it holds.
 */

import { readFile } from 'node:fs/promises';
import { chainStart } from '../../../results/gate/chain.js';
import type { TrustedKey } from '../../../results/gate/envelope.js';
import { readInputs, replay } from '../../../results/gate/inputs.js';
import type { LedgerEntry } from '../../../results/gate/ledger.js';
import { readDecided } from '../../../results/gate/open-ledger.js';
import { readRecordOf } from '../../../results/gate/read-record.js';
import { parsePublicKey } from '../../../results/gate/signers.js';
import { type Verified, verifyGate } from '../../../results/gate/verify-gate.js';
import { firstDifference } from '../../../results/record-seal.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import { toError, UsageError } from '../../base/errors.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, gateDirectory, openGate } from '../open-gate.js';

function print(value: object | string): void {
  process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}\n`);
}

/** What the user wants verified, by whose word, and whether channels are left out. */
export interface VerifyCommandOptions extends GateOptions {
  readonly trust?: readonly string[];
  readonly offline?: boolean;
}

/**
 * Prints a line for everything that was looked at; exit status 1 when something does not hold. Throws
 * ONE_SOURCE (usage) for channels that are named and not to be looked at.
 */
export async function verifyCommand(options: VerifyCommandOptions): Promise<number> {
  using interrupt = watchInterrupts();
  const { offline = false, channels, nebraska } = options;
  if (offline && (channels !== undefined || nebraska !== undefined)) {
    throw new UsageError('ONE_SOURCE', '--offline looks at no channels; leave it out or name none');
  }
  const directory = await gateDirectory(options);
  const publisher = offline ? undefined : (await openGate(options, interrupt)).publisher;
  const trusted = options.trust && (await Promise.all(options.trust.map(readTrusted)));
  const verified = await verifyGate({ directory, publisher, trusted });
  if (options.json) print({ schema: 1, verified });
  else print(verified.map(describe).join('\n'));
  return verified.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

function describe({ subject, problem }: Verified): string {
  return problem === undefined ? `✓ ${subject}` : `✗ ${subject}: ${oneLine(problem, 500)}`;
}

async function readTrusted(file: string): Promise<TrustedKey> {
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError('BAD_KEY', `cannot read the key ${file}: ${toError(error).message}`);
  });
  return { name: file, key: parsePublicKey(pem, file) };
}

/** Prints a line for each record, or `{ schema, records: […] }` with `--json`. Looks at no channel. */
export async function logCommand(options: GateOptions): Promise<void> {
  const { entries } = await readDecided(await gateDirectory(options));
  if (options.json) {
    const records = entries.map(({ link, kind, digest, subjects, predicate, signedBy }) => {
      return { ...link, kind, digest, signedBy, subjects, predicate };
    });
    return print({ schema: 1, records });
  }
  print(entries.length === 0 ? 'nothing was decided yet' : entries.map(logLine).join('\n'));
}

function logLine(entry: LedgerEntry): string {
  const record = readRecordOf(entry);
  const head = `${String(entry.link.sequence).padStart(4)}  ${record.at.slice(0, 16)}`;
  const what = { ...record };
  const told = {
    verdict: () => ('answer' in what ? `${what.to}: ${what.answer}` : ''),
    promotion: () => ('to' in what ? `is in ${what.to} now` : ''),
    adoption: () => ('to' in what ? `was in ${what.to} before the gate` : ''),
    policy: () => 'is the policy now',
    revocation: () => ('reason' in what ? oneLine(what.reason, 200) : ''),
  }[record.kind]();
  const who = `by ${entry.signedBy.join(', ')}`;
  return `${head}  ${record.kind.padEnd(10)}  ${record.version}  ${told}  ${who}  ${entry.digest.slice(0, 12)}`;
}

/** Says whether the inputs of a record come to the same verdict; exit status 1 if not. No channel counts. */
export async function replayCommand(name: string, options: GateOptions): Promise<number> {
  const directory = await gateDirectory(options);
  const { entries } = await readDecided(directory);
  const entry = findEntry(entries, name);
  const record = readRecordOf(entry);
  if (record.kind !== 'verdict' && record.kind !== 'promotion') {
    const seen = `record ${name}: expected a verdict or a promotion, seen ${record.kind}`;
    throw new UsageError('NO_VERDICT', `${seen}; see yard gate log`);
  }
  const { verdict: recorded } = entry.predicate;
  const gate = await readInputs(directory, record.inputs);
  const { verdict, isSame } = replay(gate, recorded);
  if (options.json) print({ schema: 1, isSame, recorded, verdict });
  else if (isSame)
    print(`the same, bit for bit: ${verdict.version} to ${verdict.to}, ${verdict.verdict}`);
  else print(`not the same; it first differs in ${firstDifference(recorded, verdict)}`);
  return isSame ? 0 : 1;
}

/** By number, or by the beginning of the digest. Throws UNKNOWN_RECORD (usage). */
function findEntry(entries: readonly LedgerEntry[], name: string): LedgerEntry {
  const isNumber = /^\d{1,7}$/.test(name);
  const found = entries.filter(({ link, digest }) => {
    return isNumber ? link.sequence === Number(name) : digest.startsWith(name);
  });
  const [entry, ...more] = found;
  if (entry !== undefined && more.length === 0 && (isNumber || name.length >= 6)) return entry;
  const next = `give a number from 1 to ${entries.length}, or 6 digits of a digest or more`;
  throw new UsageError('UNKNOWN_RECORD', `there is no record ${name || chainStart}; ${next}`);
}
