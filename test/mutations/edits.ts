/**
 * Building blocks of mutations: configs with something more or else in them, images with a unit that
 * fails.
 */

import type { IgnitionFragment, IgnitionUnit } from '../../harness/model/ignition.js';
import type { AddedFile, Variant } from '../../images/reference/build-options.js';
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

/** What a saboteur does and when. */
export interface Sabotage {
  /** A POSIX shell script without newlines and single quotes. */
  readonly script: string;
  /** Lines of the section `[Unit]`, such as a condition. */
  readonly when?: string;
}

function sabotageUnit({ script, when = '' }: Sabotage): string {
  // systemd has meanings of its own for these two characters.
  const escaped = script.replaceAll('%', '%%').replaceAll('$', () => '$$');
  return `[Unit]
Description=Sabotage
${when}
[Service]
Type=oneshot
ExecStart=/bin/sh -euc '${escaped}'
[Install]
WantedBy=multi-user.target
`;
}

/** A config with one more unit, which damages the machine at each boot. */
export function sabotaged(sabotage: Sabotage): MutationChange {
  const unit = { name: 'sabotage.service', enabled: true, contents: sabotageUnit(sabotage) };
  return changedConfig((config) => withUnits(config, [...(config.systemd?.units ?? []), unit]));
}

/** The config with these units instead of its own. */
export function withUnits(
  config: IgnitionFragment,
  units: readonly IgnitionUnit[],
): IgnitionFragment {
  return { ...config, systemd: { ...config.systemd, units } };
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
export function vendorUnit(sabotage: Sabotage): readonly AddedFile[] {
  const directory = 'lib/systemd/system';
  const wants = '[Unit]\nWants=sabotage.service\n';
  return [
    { path: `${directory}/sabotage.service`, contents: sabotageUnit(sabotage), mode: 0o644 },
    {
      path: `${directory}/multi-user.target.d/90-sabotage.conf`,
      contents: wants,
      mode: 0o644,
    },
  ];
}
