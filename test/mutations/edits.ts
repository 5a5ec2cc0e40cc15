/**
 * Building blocks of mutations: configs with something more or else in them, images with a unit that
 * fails.
 */

import type { IgnitionFragment, IgnitionUnit } from '../../harness/model/ignition.js';
import type { AddedFile, Variant } from '../../images/reference/build-options.js';
import { file } from '../../suites/support/provision.js';
import type { MutationChange } from './mutation.js';

/** The change of a suite's config by a function. */
export function changedConfig(
  apply: (config: IgnitionFragment) => IgnitionFragment,
): MutationChange {
  return { kind: 'config', apply };
}

/** The change of the image. */
export function changedImage(variant: Variant): MutationChange {
  return { kind: 'image', variant };
}

/** What a saboteur does at each boot, and when. */
export interface Sabotage {
  /** A POSIX shell script, run by root with `sh -eu`. */
  readonly script: string;
  /** Lines of the section `[Unit]`, such as a condition. */
  readonly when?: string;
}

/** The script is a file of its own, so that systemd's quoting has no say in it. */
function sabotageUnit(scriptPath: string, when = ''): string {
  return `[Unit]
Description=Sabotage
${when}
[Service]
Type=oneshot
ExecStart=/bin/sh -eu ${scriptPath}
[Install]
WantedBy=multi-user.target
`;
}

/** A config with one more unit, which damages the machine at each boot. */
export function sabotaged({ script, when }: Sabotage): MutationChange {
  const path = '/opt/sabotage';
  const unit = { name: 'sabotage.service', enabled: true, contents: sabotageUnit(path, when) };
  return changedConfig((config) => {
    const files = [...(config.storage?.files ?? []), file(path, `${script}\n`, 0o755)];
    const withScript = { ...config, storage: { ...config.storage, files } };
    return withUnits(withScript, [...(config.systemd?.units ?? []), unit]);
  });
}

/** The config with these units instead of its own. */
export function withUnits(
  config: IgnitionFragment,
  units: readonly IgnitionUnit[],
): IgnitionFragment {
  return { ...config, systemd: { ...config.systemd, units } };
}

/** The config with these parts of its storage instead of its own. */
export function withStorage(
  config: IgnitionFragment,
  storage: NonNullable<IgnitionFragment['storage']>,
): IgnitionFragment {
  return { ...config, storage: { ...config.storage, ...storage } };
}

/** The config with other files: each is handed to `edit`. */
export function withFiles(
  config: IgnitionFragment,
  edit: (
    file: NonNullable<NonNullable<IgnitionFragment['storage']>['files']>[number],
  ) => typeof file,
): IgnitionFragment {
  const files = (config.storage?.files ?? []).map(edit);
  return { ...config, storage: { ...config.storage, files } };
}

/** Files that make an image start a unit which does this. */
export function vendorUnit({ script, when }: Sabotage): readonly AddedFile[] {
  const units = 'lib/systemd/system';
  const wants = '[Unit]\nWants=sabotage.service\n';
  return [
    { path: 'lib/sabotage', contents: `${script}\n`, mode: 0o755 },
    {
      path: `${units}/sabotage.service`,
      contents: sabotageUnit('/usr/lib/sabotage', when),
      mode: 0o644,
    },
    { path: `${units}/multi-user.target.d/90-sabotage.conf`, contents: wants, mode: 0o644 },
  ];
}
