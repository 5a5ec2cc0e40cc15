/**
 * Rules of the Butane specification itself, before anything is translated.
 */

import type { IgnitionVersion } from '../../harness/model/ignition.js';
import type { Struct, Value } from './decode.js';
import { checkEmbedded } from './embedded-config.js';
import { isDecimalMistake } from './file-mode.js';
import { each, error, errorIf, type Finding, type Rule, warning } from './report.js';

/** What is wrong with a decoded config; Ignition configs in it are for `version`. */
export function checkSource(config: Struct, version: IgnitionVersion): readonly Finding[] {
  const { ignition, storage, systemd } = config as Readonly<Record<string, Struct | undefined>>;
  const { config: nested, security } = (ignition ?? {}) as Record<string, Struct | undefined>;
  const tls = security?.tls as Struct | undefined;
  const embedded: Rule<Struct> = (resource, path) => [
    ...checkResource(resource, path),
    ...checkEmbedded(version)(resource, path),
  ];
  return [
    ...over(nested?.merge, '$.ignition.config.merge', embedded),
    ...(nested?.replace ? embedded(nested.replace as Struct, '$.ignition.config.replace') : []),
    ...over(
      tls?.certificate_authorities,
      '$.ignition.security.tls.certificate_authorities',
      checkResource,
    ),
    ...over(storage?.directories, '$.storage.directories', checkMode(true)),
    ...over(storage?.files, '$.storage.files', checkFile),
    ...over(storage?.filesystems, '$.storage.filesystems', checkMountUnit),
    ...over(storage?.luks, '$.storage.luks', (luks, path) =>
      checkResource((luks.key_file ?? {}) as Struct, `${path}.key_file`),
    ),
    ...over(storage?.trees, '$.storage.trees', (tree, path) =>
      errorIf(!tree.local && 'a tree needs its local directory', path),
    ),
    ...over(systemd?.units, '$.systemd.units', (unit, path) => [
      ...checkContents(unit, path),
      ...over(unit.dropins, `${path}.dropins`, checkContents),
    ]),
  ];
}

function over(list: Value | undefined, path: string, rule: Rule<Struct>): readonly Finding[] {
  return each(path, (list ?? []) as readonly Struct[], rule);
}

const checkFile: Rule<Struct> = (file, path) => [
  ...checkMode(false)(file, path),
  ...checkResource((file.contents ?? {}) as Struct, `${path}.contents`),
  ...over(file.append, `${path}.append`, checkResource),
];

const checkResource: Rule<Struct> = (resource, path) => {
  const given = (['local', 'inline', 'source'] as const).filter(
    (field) => resource[field] !== undefined,
  );
  return errorIf(
    given.length > 1 && 'inline, local and source exclude each other',
    `${path}.${given.at(-1)}`,
  );
};

function checkMode(isDirectory: boolean): Rule<Struct> {
  return ({ mode }, path) => {
    if (typeof mode !== 'number' || !isDecimalMistake(mode, isDirectory)) return [];
    const message = `mode ${mode} is decimal and looks like octal: write 0${mode}`;
    return [warning(`${path}.mode`, message)];
  };
}

const checkMountUnit: Rule<Struct> = (filesystem, path) => {
  if (filesystem.with_mount_unit !== true) return [];
  if (!filesystem.format) return [error(`${path}.format`, 'with_mount_unit needs a format')];
  const pathless = filesystem.format !== 'swap' && !filesystem.path;
  return errorIf(pathless && 'with_mount_unit needs a path, except for swap', `${path}.path`);
};

const checkContents: Rule<Struct> = ({ contents, contents_local: local }, path) => {
  const both = contents !== undefined && local !== undefined;
  return errorIf(
    both && 'contents and contents_local exclude each other',
    `${path}.contents_local`,
  );
};
