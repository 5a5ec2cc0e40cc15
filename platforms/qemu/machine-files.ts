/**
 * Writes the files of a machine: before it starts the Ignition config that it reads and its disks, and
 * beside the record what it was given, without secrets, and how to boot the same by hand.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IgnitionConfig } from '../../harness/model/ignition.js';
import { fragmentOf } from '../butane/provisioning.js';
import type { HarnessKeys } from '../guest/keys.js';
import { buildConfig, padConfig, serializeConfig } from '../ignition/build-config.js';
import { harnessDefaults } from '../ignition/harness-defaults.js';
import { maskRaw } from '../ignition/mask-raw.js';
import { maskSecrets } from '../ignition/mask-secrets.js';
import { timedLogFiles } from './arrival-times.js';
import { createDisks } from './disks.js';
import type { MachinePlan } from './machine-plan.js';
import { pointerTo } from './served-config.js';
import { handLine } from './shell-line.js';

/** Whether the disks are to be made, or are there already. */
export interface FileOptions {
  readonly disks: 'make' | 'present';
}

/** Makes directories, config and disks. Throws what the config's builder throws, OVERLAY_FAILED. */
export async function writeMachineFiles(
  plan: MachinePlan,
  keys: HarnessKeys,
  signal: AbortSignal,
  { disks }: FileOptions = { disks: 'make' },
): Promise<void> {
  await mkdir(plan.artifactDirectory, { recursive: true });
  for (const directory of [plan.directory, plan.diskDirectory]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  }
  await writeEffectiveConfig(plan, keys);
  // QEMU appends to these, for the sake of forks; what an earlier try left is not this machine's.
  for (const name of timedLogFiles) {
    await rm(join(plan.artifactDirectory, name), { force: true });
  }
  if (disks === 'make') await createDisks(plan.spec, signal);
}

/** Beside the record, how to boot the machine by hand: from its image, whatever it was forked from. */
export async function writeHandLine(plan: MachinePlan): Promise<void> {
  await mkdir(plan.artifactDirectory, { recursive: true });
  const line = handLine(plan.spec, keptConfig(plan));
  await writeFile(join(plan.artifactDirectory, 'argv.txt'), `${adviceOn(plan)}${line}\n`);
}

/** As comments of the shell, so that the file can be run as it is. */
function adviceOn(plan: MachinePlan): string {
  const { config } = plan.spec;
  if (!config) return '';
  return [
    `# In ${keptConfig(plan)} secrets are masked (private keys, password`,
    '# hashes, files closed to others), so what needs them fails. While the run lives, the real config is',
    `# ${config.served ?? config.path}: copy that, and name the copy below.`,
    '',
  ].join('\n');
}

/** The whole config for the machine alone to read; with secrets masked for everybody else. */
async function writeEffectiveConfig(plan: MachinePlan, keys: HarnessKeys): Promise<void> {
  const text = configText(plan, keys);
  if (text === undefined || !plan.spec.config) return;
  await writeFile(plan.spec.config.path, text, { mode: 0o600 });
  const config = effectiveConfig(plan, keys);
  const { served } = plan.spec.config;
  if (config && served) await writeFile(served, JSON.stringify(config), { mode: 0o600 });
  const kept = config ? `${JSON.stringify(maskSecrets(config), null, 2)}\n` : maskRaw(text);
  await writeFile(keptConfig(plan), kept);
}

/** The bytes that the machine reads as its config; undefined when it gets none. */
export function configText(plan: MachinePlan, keys: HarnessKeys): string | undefined {
  const { provisioning } = plan.request;
  if (provisioning.kind === 'raw') return padConfig(provisioning.config);
  const config = effectiveConfig(plan, keys);
  if (!config || !plan.spec.config?.served) return config && serializeConfig(config);
  return serializeConfig(pointerTo(JSON.stringify(config), config));
}

/** What a machine is really given: the harness's part and the suite's; undefined where neither is. */
export function effectiveConfig(
  plan: Pick<MachinePlan, 'name' | 'journal'> & {
    readonly request: Pick<MachinePlan['request'], 'provisioning' | 'identity'>;
  },
  keys: HarnessKeys,
): IgnitionConfig | undefined {
  const { provisioning, identity } = plan.request;
  if (provisioning.kind === 'none' || provisioning.kind === 'raw') return undefined;
  const { fragment, version } = fragmentOf(provisioning);
  const defaults = harnessDefaults({
    authorizedKey: keys.client.publicKey,
    hostKey: keys.host,
    units: (fragment.systemd?.units ?? []).map(({ name }) => name),
    journal: plan.journal,
    ...(identity === 'own' && { hostname: plan.name }),
  });
  return buildConfig({ version, fragments: [defaults, fragment] });
}

function keptConfig(plan: MachinePlan): string {
  return join(plan.artifactDirectory, 'ignition.json');
}
