/**
 * Rules of the Butane specification itself, before anything is translated.
 */

import type { IgnitionConfig, IgnitionVersion } from '../../harness/model/ignition.js';
import type { Struct, Value } from './decode.js';
import { isDecimalMistake } from './file-mode.js';
import { each, error, errorIf, type Finding, type Rule, warning } from './report.js';
import { checkIgnitionConfig } from './rules/check-config.js';

/** What is wrong with a decoded config; Ignition configs in it are for `version`. */
export function checkSource(config: Struct, version: IgnitionVersion): readonly Finding[] {
  const { ignition, storage, systemd } = config as Readonly<Record<string, Struct | undefined>>;
  const { config: nested, security } = (ignition ?? {}) as Record<string, Struct | undefined>;
  const tls = security?.tls as Struct | undefined;
  const embedded: Rule<Struct> = (resource, path) => [
    ...checkResource(resource, path),
    ...checkEmbedded(resource, path, version),
  ];
  return [
    ...over(nested?.merge, '$.ignition.config.merge', embedded),
    ...(nested?.replace ? embedded(nested.replace as Struct, '$.ignition.config.replace') : []),
    ...over(tls?.certificate_authorities, '$.ignition.security.tls', checkResource),
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

/** An Ignition config that is given inline, if it is of the version that is made. */
function checkEmbedded(resource: Struct, path: string, version: IgnitionVersion) {
  const { inline, source, local } = resource;
  if (inline === undefined || source !== undefined || local !== undefined) return [];
  const place = `${path}.inline`;
  const config = parse(Buffer.from(inline as Uint8Array).toString());
  if ('problem' in config) {
    return [error('', config.problem), error(place, 'the inline config is invalid')];
  }
  if (config.value.ignition?.version !== version) {
    const message = `the config is not of version ${version} and isn't checked`;
    return [warning(`${path}.version`, message)];
  }
  return checkParsed(config.value, place);
}

function parse(text: string): { value: Partial<IgnitionConfig> } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { value };
    return { problem: 'the config is no JSON object' };
  } catch (cause) {
    return { problem: (cause as Error).message };
  }
}

function checkParsed(config: Partial<IgnitionConfig>, place: string): readonly Finding[] {
  try {
    return checkIgnitionConfig(config as IgnitionConfig);
  } catch {
    return [error(place, 'the inline config has a field of a wrong type')];
  }
}
