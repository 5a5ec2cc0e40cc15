/**
 * Translates a decoded Butane config into an Ignition config: the fields by their names, and the
 * sugar that Ignition has no fields for.
 */

import type {
  IgnitionConfig,
  IgnitionFilesystem,
  IgnitionUnit,
  IgnitionVersion,
} from '../../harness/model/ignition.js';
import { configType, type FieldType } from './butane-schema.js';
import type { Struct, Value } from './decode.js';
import { decodeText } from './decode-text.js';
import { collect, type Draft, embedTrees } from './embed-trees.js';
import { encodeData } from './encode-data.js';
import { sugar } from './ignition-schema.js';
import { readLocal } from './local-files.js';
import { mountUnitOf } from './mount-units.js';
import { camelCase, Origins } from './origins.js';
import { error, type Finding, isFatal } from './report.js';

/** An Ignition config, where its fields come from, and what went wrong. */
export interface Translation {
  readonly config: IgnitionConfig;
  readonly origins: Origins;
  /** By Butane's paths. */
  readonly findings: readonly Finding[];
}

/** Translates a config whose source rules hold. */
export function translate(
  config: Struct,
  version: IgnitionVersion,
  filesDir: string | undefined,
): Translation {
  const translator = new Translator(filesDir);
  const { findings, origins } = translator;
  const draft = (translator.convert(config, configType, '$', '$') ?? {}) as Draft;
  const result: Draft = { ...draft, ignition: { ...(draft.ignition as Draft), version } };
  const storage = (config.storage ?? {}) as Struct;
  addMountUnits((storage.filesystems ?? []) as readonly Struct[], result, origins);
  const trees = (storage.trees ?? []) as readonly Struct[];
  if (trees.length > 0) {
    const nodes = (result.storage ?? {}) as Draft;
    findings.push(...embedTrees(trees, nodes, origins, filesDir));
    if (Object.keys(nodes).length > 0) result.storage = nodes;
  }
  if (!isFatal(findings)) findings.push(...refuseClevis(result));
  return { config: result as unknown as IgnitionConfig, origins, findings };
}

class Translator {
  readonly origins = new Origins();
  readonly findings: Finding[] = [];

  private readonly filesDir: string | undefined;

  constructor(filesDir: string | undefined) {
    this.filesDir = filesDir;
  }

  /** A field as Ignition has it; undefined if nothing of it is set. */
  convert(value: Value | undefined, type: FieldType, target: string, source: string): unknown {
    if (type.kind === 'list') {
      const items = (value ?? []) as readonly Value[];
      if (items.length === 0) return undefined;
      return items.map(
        (item, index) =>
          this.convert(item, type.of, `${target}.${index}`, `${source}.${index}`) ?? {},
      );
    }
    if (type.kind !== 'struct') return value;
    return this.convertStruct((value ?? {}) as Struct, type, target, source);
  }

  private convertStruct(
    struct: Struct,
    type: Extract<FieldType, { kind: 'struct' }>,
    target: string,
    source: string,
  ): Draft | undefined {
    const draft: Draft = {};
    for (const [name, field] of Object.entries(type.fields)) {
      if (sugar[type.name]?.includes(name)) continue;
      const key = camelCase(name);
      const own = struct[name] ?? (field.required ? '' : undefined);
      const value = this.convert(own, field.type, `${target}.${key}`, `${source}.${name}`);
      if (value !== undefined) draft[key] = value;
    }
    if (type.name === 'Partition' && draft.number === 0) delete draft.number;
    this.addSugar(draft, struct, type.name, target, source);
    return Object.keys(draft).length > 0 ? draft : undefined;
  }

  private addSugar(draft: Draft, struct: Struct, name: string, target: string, source: string) {
    if (name === 'Resource') this.addContents(draft, struct, target, source);
    if (name === 'PasswdUser') this.addKeys(draft, struct, target, source);
    if (name === 'Unit' || name === 'Dropin') this.addUnitContents(draft, struct, target, source);
  }

  private addContents(draft: Draft, { local, inline }: Struct, target: string, source: string) {
    if (local === undefined && inline === undefined) return;
    const field = local === undefined ? 'inline' : 'local';
    const place = `${source}.${field}`;
    collect(this.findings, place, () => {
      const bytes =
        local === undefined ? (inline as Uint8Array) : readLocal(String(local), this.filesDir);
      const { source: url, compression } = encodeData(bytes, Boolean(draft.compression));
      this.origins.set(`${target}.source`, place);
      if (!draft.compression) this.origins.set(`${target}.compression`, place);
      Object.assign(draft, { source: url, compression: draft.compression || compression });
    });
  }

  private addKeys(draft: Draft, struct: Struct, target: string, source: string): void {
    const files = (struct.ssh_authorized_keys_local ?? []) as readonly string[];
    const place = `${source}.ssh_authorized_keys_local`;
    if (files.length > 0 && this.filesDir === undefined) {
      collect(this.findings, place, () => readLocal('', undefined));
      return;
    }
    const keys = [...((draft.sshAuthorizedKeys ?? []) as string[])];
    for (const [index, file] of files.entries()) {
      collect(this.findings, `${place}.${index}`, () => {
        const lines = decodeText(readLocal(file, this.filesDir)).split(/\r?\n/);
        for (const line of lines.filter((text) => text !== '')) {
          const position = keys.push(line) - 1;
          this.origins.set(`${target}.sshAuthorizedKeys.${position}`, `${place}.${index}`);
        }
      });
    }
    if (keys.length > 0) draft.sshAuthorizedKeys = keys;
  }

  private addUnitContents(draft: Draft, struct: Struct, target: string, source: string): void {
    const { contents_local: local } = struct;
    if (!local) return;
    const place = `${source}.contents_local`;
    collect(this.findings, place, () => {
      draft.contents = decodeText(readLocal(String(local), this.filesDir));
      this.origins.set(`${target}.contents`, place);
    });
  }
}

/** Generated units go first; the last unit of the same name in the config adds to its own. */
function addMountUnits(filesystems: readonly Struct[], config: Draft, origins: Origins): void {
  const wanted = [...filesystems.entries()].filter(([, entry]) => entry.with_mount_unit === true);
  if (wanted.length === 0) return;
  const drafts = ((config.storage as Draft).filesystems ?? []) as IgnitionFilesystem[];
  const units = wanted.map(([index]) => mountUnitOf(drafts[index] as IgnitionFilesystem));
  const own = ((config.systemd as Draft | undefined)?.units ?? []) as IgnitionUnit[];
  const positions = own.map((unit, index) => {
    const isLast = own.findLastIndex(({ name }) => name === unit.name) === index;
    return mergeUnit(units, unit, wanted.length, isLast);
  });
  origins.rearrange('$.systemd.units', own, positions);
  for (const [position, [index]] of wanted.entries()) {
    const place = `$.storage.filesystems.${index}.with_mount_unit`;
    origins.setAll(`$.systemd.units.${position}`, place);
  }
  config.systemd = { ...(config.systemd as Draft), units };
}

/**
 * Puts a unit into a list that begins with generated ones: the positions that it got. Of several
 * that have the name of a generated one, only the last is put in.
 */
function mergeUnit(units: IgnitionUnit[], unit: IgnitionUnit, generated: number, isLast: boolean) {
  const same = [...Array(generated).keys()].filter((at) => units[at]?.name === unit.name);
  if (same.length === 0) return [units.push(unit) - 1];
  if (!isLast) return [];
  for (const at of same) units[at] = { ...units[at], ...unit };
  return same;
}

function refuseClevis(config: Draft): readonly Finding[] {
  const volumes = ((config.storage as Draft | undefined)?.luks ?? []) as readonly Draft[];
  return volumes.flatMap((volume, index) =>
    volume.clevis === undefined
      ? []
      : [error(`$.storage.luks.${index}.clevis`, 'the flatcar variant has no support for clevis')],
  );
}
