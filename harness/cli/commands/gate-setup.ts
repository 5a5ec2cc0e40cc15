/**
 * `yard gate keygen`, `init` and `inventory`: what has to be there before anything can be judged.
 */

import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyIdOf } from '../../../results/gate/envelope.js';
import { examplePolicy, type PolicyKeys } from '../../../results/gate/example-policy.js';
import { gateFiles } from '../../../results/gate/gate-directory.js';
import { inventoryDigest } from '../../../results/gate/rules/inventory.js';
import { parsePublicKey } from '../../../results/gate/signers.js';
import { ownCode } from '../../../results/own-version.js';
import { writeWhole } from '../../../results/record-file.js';
import { toError, UsageError } from '../../base/errors.js';
import { parseSuiteId, type SuiteId } from '../../model/ids.js';
import { type GateOptions, gateDirectory } from '../open-gate.js';
import { loadSelectedSuites } from './list.js';

/** Writes both halves of a new key. Throws BAD_NAME and OUTPUT_FAILED (usage). */
export async function keygenCommand(
  name: string,
  { output }: { readonly output: string },
): Promise<void> {
  requireName(name);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [secret, open] = [join(output, `${name}.key.pem`), join(output, `${name}.pub.pem`)];
  await writeNew(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  await writeNew(open, publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  process.stdout.write(`${keyIdOf(publicKey)}  ${secret} (keep it secret), ${open}\n`);
}

function requireName(name: string): void {
  if (/^[\w.@-]+$/.test(name)) return;
  throw new UsageError('BAD_NAME', `${name} is no name; use letters, digits and . _ @ - only`);
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode });
  } catch (thrown) {
    const exists = (thrown as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'it is there already, and stays as it is' : toError(thrown).message;
    throw new UsageError('OUTPUT_FAILED', `cannot write ${path}: ${reason}`);
  }
}

/** Public keys as `NAME=FILE`, by what their owners do. */
export interface InitOptions {
  readonly runner?: readonly string[];
  readonly approver?: readonly string[];
  readonly author?: readonly string[];
  readonly gate?: readonly string[];
  readonly auditor?: readonly string[];
  readonly canary?: readonly string[];
  readonly reporter?: readonly string[];
}

/** Makes the directory. Throws MISSING_KEY, BAD_KEY and OUTPUT_FAILED (usage). */
export async function initCommand(directory: string, options: InitOptions): Promise<void> {
  const keys = await keysOf(options);
  const suites = await allSuites();
  for (const folder of [gateFiles.candidates, gateFiles.waivers]) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  const policy = examplePolicy({ keys, inventory: inventoryDigest(suites) });
  await writeNew(join(directory, gateFiles.policy), policy, 0o644);
  await writeInventory(directory, suites);
  process.stdout.write(
    `${join(directory, gateFiles.policy)}: read it, and change what is not yours\n`,
  );
  for (const note of missingPeople(keys)) process.stderr.write(`yard: ${note}\n`);
}

/** Whom the rules of the example wait for, and nobody is. */
function* missingPeople({ auditors, canaries, approvers, authors }: PolicyKeys): Iterable<string> {
  const next = 'or take the rule out';
  if (auditors.length === 0) yield `nobody may sign audits: add one to trust.auditors, ${next}`;
  if (canaries.length === 0) yield `nobody reports on canaries: add one to trust.canaries, ${next}`;
  const few = `${approvers.length} may approve, and stable wants 2 who did not make the release`;
  if (approvers.length < 2) yield `${few}: add to trust.approvers, or want fewer`;
  const anybody = 'a candidate’s author is whom its file names, and nobody signs for that';
  if (authors === undefined) yield `${anybody}: list who makes releases in trust.authors`;
}

async function keysOf(options: InitOptions): Promise<PolicyKeys> {
  const {
    runner = [],
    approver = [],
    author = [],
    gate = [],
    auditor = [],
    canary = [],
    reporter = [],
  } = options;
  for (const [name, list] of [
    ['runner', runner],
    ['gate', gate],
  ] as const) {
    if (list.length > 0) continue;
    const next = 'make one with: ./yard gate keygen NAME';
    throw new UsageError('MISSING_KEY', `give --${name} NAME=FILE, a public key; ${next}`);
  }
  return {
    runners: await Promise.all(runner.map(readKey)),
    approvers: await Promise.all(approver.map(readKey)),
    ...(author.length > 0 && { authors: await Promise.all(author.map(readKey)) }),
    gate: await Promise.all(gate.map(readKey)),
    auditors: await Promise.all(auditor.map(readKey)),
    canaries: await Promise.all(canary.map(readKey)),
    reporters: await Promise.all(reporter.map(readKey)),
  };
}

async function readKey(text: string): Promise<PolicyKeys['gate'][number]> {
  const [, name = '', file = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (file === '') throw new UsageError('BAD_KEY', `${text}: give NAME=FILE`);
  requireName(name);
  const key = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError('BAD_KEY', `cannot read the key of ${name}: ${toError(error).message}`);
  });
  parsePublicKey(key, file);
  return { name, key };
}

async function allSuites(): Promise<readonly SuiteId[]> {
  const suites = await loadSelectedSuites([]);
  return suites.map(({ id }) => parseSuiteId(id) as SuiteId).sort();
}

async function writeInventory(directory: string, suites: readonly SuiteId[]): Promise<void> {
  const text = `${JSON.stringify(suites, null, 2)}\n`;
  await writeWhole(join(directory, gateFiles.inventory), text);
}

/** Writes `inventory.json` and prints the digest that the policy's rule must name, and that of the code. */
export async function inventoryCommand(options: GateOptions): Promise<void> {
  const directory = await gateDirectory(options);
  const suites = await allSuites();
  await writeInventory(directory, suites);
  const code = await ownCode();
  process.stdout.write(`${inventoryDigest(suites)}  ${suites.length} suites\n`);
  if (code !== undefined) process.stdout.write(`${code}  their code, for evidence.code\n`);
}
