/**
 * The fields of an Ignition config, as data: those of a Butane config without its sugar, by
 * Ignition's names.
 */

import type { IgnitionVersion } from '../../harness/model/ignition.js';
import {
  type ButaneVersion,
  configType,
  type Fields,
  type FieldType,
  fieldsIn,
} from './butane-schema.js';
import { camelCase } from './origins.js';

/** Fields that Ignition doesn't have, by the name of their struct. */
export const sugar: Readonly<Record<string, readonly string[]>> = {
  Config: ['variant', 'version'],
  Resource: ['inline', 'local'],
  PasswdUser: ['ssh_authorized_keys_local'],
  Filesystem: ['with_mount_unit'],
  Storage: ['trees'],
  Unit: ['contents_local'],
  Dropin: ['contents_local'],
};

const sources: Readonly<Record<IgnitionVersion, ButaneVersion>> = {
  '3.3.0': '1.0.0',
  '3.4.0': '1.1.0',
};

/** A whole Ignition config of a version. */
export function ignitionType(version: IgnitionVersion): FieldType {
  return typeIn(configType, sources[version]);
}

function typeIn(type: FieldType, version: ButaneVersion): FieldType {
  if (type.kind === 'list') return { kind: 'list', of: typeIn(type.of, version) };
  if (type.kind !== 'struct') return type;
  const own = fieldsIn(type.fields, version).filter(([name]) => !sugar[type.name]?.includes(name));
  const fields: Fields = Object.fromEntries(
    own.map(([name, field]) => [camelCase(name), { ...field, type: typeIn(field.type, version) }]),
  );
  if (type.name !== 'Ignition') return { ...type, fields };
  return { ...type, fields: { ...fields, version: { type: { kind: 'string' }, required: true } } };
}
