/**
 * Building blocks of mutations: configs with something more or else in them, images with a unit that
 * fails.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IgnitionFragment, IgnitionUnit } from '../../harness/model/ignition.js';
import { builderSource } from '../../images/reference/build.js';
import type { AddedFile, SourceEdit, Variant } from '../../images/reference/build-options.js';
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
export function sabotaged(sabotage: Sabotage): MutationChange {
  return changedConfig((config) => withSabotage(config, sabotage));
}

/** The same as a part of a change. */
export function withSabotage(
  config: IgnitionFragment,
  { script, when }: Sabotage,
): IgnitionFragment {
  const path = '/opt/sabotage';
  const unit = { name: 'sabotage.service', enabled: true, contents: sabotageUnit(path, when) };
  const files = [...(config.storage?.files ?? []), file(path, `${script}\n`, 0o755)];
  const withScript = { ...config, storage: { ...config.storage, files } };
  return withUnits(withScript, [...(config.systemd?.units ?? []), unit]);
}

/** The config with these units instead of its own. */
export function withUnits(
  config: IgnitionFragment,
  units: readonly IgnitionUnit[],
): IgnitionFragment {
  return { ...config, systemd: { ...config.systemd, units } };
}

/** Units of the config whose names end like this are not enabled. */
export function notEnabled(end: string): MutationChange {
  return changedConfig((config) => {
    const units = config.systemd?.units ?? [];
    return withUnits(
      config,
      units.map((one) => (one.name.endsWith(end) ? { ...one, enabled: false } : one)),
    );
  });
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

/** The image with an update agent whose source is changed. */
export function changedAgent(name: string, edits: readonly SourceEdit[]): MutationChange {
  return changedImage({ name, ...editedAgent(edits) });
}

/** The same of a release that the suite updates to. Files are those below images/reference/agent. */
export function editedAgent(edits: readonly SourceEdit[]): ReleaseVariant {
  return { sourceEdits: edits.map((edit) => ({ ...edit, file: `agent/${edit.file}` })) };
}

/** The image made with this change in the builder's sources. */
export function changedSource(name: string, ...sourceEdits: SourceEdit[]): MutationChange {
  return changedImage({ name, sourceEdits });
}

/** What a release may be made of. */
export type ReleaseVariant = Omit<Variant, 'name'>;

/** A release that the suite updates to, made of something else. */
export function changedRelease(release: string, variant: ReleaseVariant): MutationChange {
  return { kind: 'release', release, variant };
}

/** What boots without a disk, made with this change. Files are those below images/reference. */
export function changedLive(...sourceEdits: SourceEdit[]): MutationChange {
  return { kind: 'part', part: 'live', variant: { sourceEdits } };
}

/** A disk that is signed, made with this change. */
export function changedSecure(...sourceEdits: SourceEdit[]): MutationChange {
  return { kind: 'part', part: 'secure', variant: { sourceEdits } };
}

/** The disk with SELinux, made with this change. */
export function changedSelinux(...sourceEdits: SourceEdit[]): MutationChange {
  return { kind: 'part', part: 'selinux', variant: { sourceEdits } };
}

/** A release whose last step lacks the line with this word. */
export function postinstWithout(word: string): ReleaseVariant {
  const kept = postinst().split('\n');
  return { addFiles: [postinstOf(kept.filter((line) => !line.includes(word)).join('\n'))] };
}

/** A release whose last step says `to` in place of `from`. */
export function postinstWith(from: string, to: string): ReleaseVariant {
  return { addFiles: [postinstOf(postinst().replace(from, to))] };
}

/** A program of the image, below /usr, that says `to` in place of `from`. Throws RangeError. */
export function programWith(path: string, from: string, to: string): AddedFile {
  const text = sourceOf(path);
  if (!text.includes(from)) throw new RangeError(`${path} does not say: ${from}`);
  return { path, mode: 0o755, contents: text.replace(from, () => to) };
}

function postinst(): string {
  return sourceOf('postinst');
}

function sourceOf(path: string): string {
  return readFileSync(join(builderSource(), 'root', 'usr', path), 'utf8');
}

function postinstOf(contents: string): AddedFile {
  return { path: 'postinst', mode: 0o755, contents };
}

/** Drops what comes in and fits an expression of nftables; on the machine of this name, or on all. */
export function deafTo(rule: string, host?: string) {
  return sabotaged({
    script: `${host === undefined ? '' : `[ "$(hostname)" = ${host} ] || exit 0\n`}nft add table inet deaf
nft add chain inet deaf in '{ type filter hook input priority -100; }'
nft add rule inet deaf in ${rule} drop`,
  });
}

/** A file of the config with other contents. */
export function withContents(path: string, text: string) {
  return changedConfig((config) => {
    return withFiles(config, (one) => (one.path === path ? file(path, text) : one));
  });
}
