/**
 * Turns settings into the files that the build steps read: shell variables, os-release, the
 * partition table and a variant's changes. Nothing here runs anything.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildOutput, ImageSettings } from './build-options.js';
import { diskBytes, freshSlots, layoutTable, partitions } from './layout.js';
import { changesAgent } from './source-edits.js';

/** os-release's NAME and ID. The image never claims to be anything else. */
export const osName = 'Switchyard Reference OS';
export const osId = 'switchyard';

/** Every time stamp in the image; part of what makes builds reproducible. */
export const sourceDateEpoch = 1_767_225_600;

/**
 * Kernel arguments beyond Flatcar's. panic and oops stand in for CONFIG_PANIC_TIMEOUT=60 and
 * CONFIG_PANIC_ON_OOPS, which Flatcar builds in; the others save boot time under emulation.
 */
const kernelArguments = ['lsm=landlock,lockdown,yama', 'panic=60', 'oops=panic', '8250.nr_uarts=1'];

/** os-release as a list of fields, in order, a variant's overrides last. */
export function osReleaseFields({
  version,
  channel,
  variant,
}: ImageSettings): Record<string, string> {
  return {
    NAME: osName,
    ID: osId,
    ID_LIKE: 'flatcar',
    VERSION: version,
    VERSION_ID: version,
    BUILD_ID: `${channel}-${variant.name}`,
    SYSEXT_LEVEL: '1.0',
    PRETTY_NAME: `${osName} ${version}`,
    ANSI_COLOR: '38;5;75',
    HOME_URL: 'https://www.flatcar.org/',
    BUG_REPORT_URL: 'https://issues.flatcar.org',
    FLATCAR_BOARD: 'amd64-usr',
    CPE_NAME: `cpe:2.3:o:switchyard:reference_os:${version}:*:*:*:*:*:*:*`,
    ...variant.osRelease,
  };
}

/**
 * Renders fields for a shell to source: every value in one pair of double quotes, the only form that
 * os-release allows for all values (os-release(5): adjacent quoted strings are not supported).
 */
export function shellAssignments(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}="${String(value).replaceAll(/["$`\\]/g, '\\$&')}"\n`)
    .join('');
}

/** The kernel arguments of the image, a variant's additions last. */
export function kernelArgumentText({ variant }: ImageSettings): string {
  return [...kernelArguments, ...(variant.kernelArguments?.append ?? [])].join(' ');
}

/** Settings that all variants share, and so the tree that they are staged from. */
export const sharedSettings: Readonly<Record<string, string | number>> = {
  SEED: 'switchyard-reference',
  SOURCE_DATE_EPOCH: sourceDateEpoch,
  OS_ID: osId,
  EXT_OPTIONS: '-zlz4',
};

function shellSettings(settings: ImageSettings): Record<string, string | number> {
  const { version, channel, variant } = settings;
  return {
    ...sharedSettings,
    VERSION: version,
    CHANNEL: channel,
    DISK_BYTES: diskBytes(),
    KERNEL_ARGS: kernelArgumentText(settings),
    KERNEL_ARGS_REMOVE: (variant.kernelArguments?.remove ?? []).join(' '),
    DATA_BLOCKS: 'auto',
    KERNEL: variant.kernel ?? 'standard',
    AGENT_CHANGED: changesAgent(variant.sourceEdits ?? []) ? 1 : '',
    USR_OPTIONS: '',
    QCOW_OPTIONS: '',
    ESP_REMOVE: (variant.removeFromEsp ?? []).join(' '),
    CORRUPT_OFFSET: variant.corruptUsrAt ?? '',
  };
}

/** Writes everything the steps need to know into a directory that exists. */
export async function writeSettings(
  directory: string,
  settings: ImageSettings,
  output: BuildOutput = 'disk',
): Promise<void> {
  const { variant } = settings;
  const table = partitions({ ...freshSlots, ...variant.slots });
  await writeFile(
    join(directory, 'settings.sh'),
    shellAssignments({ ...shellSettings(settings), OUTPUT: output }),
  );
  await writeFile(join(directory, 'os-release'), shellAssignments(osReleaseFields(settings)));
  await writeFile(join(directory, 'partitions'), layoutTable(table));
  await writeFile(
    join(directory, 'remove'),
    (variant.removeFiles ?? []).map((path) => `${path}\n`).join(''),
  );
  for (const { path, contents, mode } of variant.addFiles ?? []) {
    const target = join(directory, 'add', path);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    await writeFile(target, contents, { mode });
  }
}
