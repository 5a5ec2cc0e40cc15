/**
 * Butane to Ignition: the `flatcar` variant 1.0.0 (Ignition 3.3.0) and 1.1.0 (Ignition 3.4.0).
 * Source: coreos.github.io/butane, "Flatcar Specification".
 */

import type { IgnitionConfig, IgnitionVersion } from '../../harness/model/ignition.js';
import { type ButaneVersion, configType } from './butane-schema.js';
import { type Decoded, decodeConfig, type Struct } from './decode.js';
import { Places } from './places.js';
import { type Entry, type Finding, isFatal, type Place } from './report.js';
import { checkIgnitionConfig } from './rules/check-config.js';
import { canonicalVersion } from './semver.js';
import { checkSource } from './source-rules.js';
import { translate } from './translate.js';
import { findUnusedKeys } from './unused-keys.js';
import { parseYaml, type YamlDocument } from './yaml-document.js';
import { YamlSyntaxError } from './yaml-error.js';

export interface ButaneOptions {
  /** Where local files, trees and keys are read; without it, or if it is empty, none is. */
  readonly filesDir?: string;
  /** Whether warnings refuse the config too. */
  readonly strict?: boolean;
}

/** A translated config, or why there is none. */
export interface ButaneResult {
  /** Absent when the source was refused. */
  readonly config?: IgnitionConfig;
  /** Everything that was found, errors and warnings, in the order of the stages. */
  readonly entries: readonly Entry[];
  /** What the failure is about when no stage was reached: text that is no YAML, fields of a wrong type. */
  readonly blamed?: readonly Entry[];
  /** Why there is no config, in a line or, for fields of a wrong type, several. */
  readonly failure?: string;
}

const targets: Readonly<Record<ButaneVersion, IgnitionVersion>> = {
  '1.0.0': '3.3.0',
  '1.1.0': '3.4.0',
};

/** Translates a Butane config. Whatever is wrong with it is in the result, nothing is thrown. */
export function translateButane(
  source: Uint8Array | string,
  options: ButaneOptions = {},
): ButaneResult {
  try {
    const document = parseYaml(typeof source === 'string' ? Buffer.from(source) : source);
    const result = translateDocument(document, options.filesDir || undefined);
    const refused = options.strict && !result.failure && result.entries.length > 0;
    if (!refused) return result;
    return { entries: result.entries, failure: 'there are warnings, and --strict refuses them' };
  } catch (cause) {
    if (cause instanceof YamlSyntaxError) return refuseText(cause);
    if (cause instanceof RangeError) return refuse('not YAML: it is nested too deeply');
    throw cause;
  }
}

function refuse(failure: string, entries: readonly Entry[] = []): ButaneResult {
  return { entries, failure };
}

function refuseText({ message, problem, place }: YamlSyntaxError): ButaneResult {
  const blamed: Entry[] = place ? [{ severity: 'error', path: '', place, message: problem }] : [];
  return { ...refuse(`not YAML: ${message}`), blamed };
}

/** Told in the original's words, and each with its place. */
function refuseFields(blamed: readonly Entry[]): ButaneResult {
  const lines = blamed.map(({ place, message }) => `line ${place.line}: ${message}`);
  return { ...refuse(['unusable fields:', ...lines].join('\n  ')), blamed };
}

function translateDocument(document: YamlDocument, filesDir: string | undefined): ButaneResult {
  const head = decodeConfig(document, headType, '1.0.0');
  if (head.problems.length > 0) return refuseFields(head.problems);
  const version = versionOf(head);
  if (typeof version !== 'string') return refuseVersion(version, document);
  const { config, problems } = decodeConfig(document, configType, version);
  if (problems.length > 0) return refuseFields(problems);
  return new Stages(document, config, version, filesDir).run();
}

/** Only the fields that say what the rest is. */
const headType = {
  kind: 'struct',
  name: 'Config',
  fields: {
    variant: { type: { kind: 'string' } },
    version: { type: { kind: 'string' } },
  },
} as const;

/** What is wrong with one of them. */
interface Unknown {
  readonly path: string;
  readonly failure: string;
}

function refuseVersion({ path, failure }: Unknown, document: YamlDocument): ButaneResult {
  const place = new Places(document).nearest(path);
  return { ...refuse(failure), blamed: [{ severity: 'error', path, place, message: failure }] };
}

function versionOf({ config }: Decoded): ButaneVersion | Unknown {
  const { variant = '', version = '' } = config as { variant?: string; version?: string };
  if (variant === '') {
    return { path: '$.variant', failure: 'variant is missing: write "variant: flatcar"' };
  }
  const canonical = canonicalVersion(version);
  if (canonical === undefined) {
    const seen = version === '' ? 'is missing' : `${version} has not the form 1.1.0`;
    return { path: '$.version', failure: `version ${seen}` };
  }
  if (variant === 'flatcar' && Object.hasOwn(targets, canonical)) return canonical as ButaneVersion;
  const known = Object.keys(targets).join(' and ');
  const path = variant === 'flatcar' ? '$.version' : '$.variant';
  const failure = `unknown: variant ${variant} with version ${version} (flatcar has ${known})`;
  return { path, failure };
}

/** The stages of a translation: an error in one hides what later ones would say. */
class Stages {
  private readonly places: Places;
  private readonly entries: Entry[] = [];

  private readonly config: Struct;
  private readonly version: ButaneVersion;
  private readonly filesDir: string | undefined;

  constructor(
    document: YamlDocument,
    config: Struct,
    version: ButaneVersion,
    filesDir: string | undefined,
  ) {
    this.places = new Places(document);
    this.config = config;
    this.version = version;
    this.filesDir = filesDir;
  }

  run(): ButaneResult {
    const target = targets[this.version];
    this.entries.push(...findUnusedKeys(this.config, configType, this.version, this.places));
    if (this.add(checkSource(this.config, target))) return this.refuse('the source is invalid');
    const { config, origins, findings } = translate(this.config, target, this.filesDir);
    if (this.add(findings)) return this.refuse('the source is invalid');
    const outcome = checkIgnitionConfig(config);
    const mapped = outcome.map((finding) => ({ ...finding, path: origins.of(finding.path) }));
    if (this.add(mapped)) return this.refuse('the Ignition config would be invalid');
    return { config, entries: this.entries };
  }

  /** Whether one of them is fatal. */
  private add(findings: readonly Finding[]): boolean {
    this.entries.push(...findings.map((finding) => ({ ...finding, place: this.placeOf(finding) })));
    return isFatal(findings);
  }

  private placeOf({ path, isKey }: Finding): Place {
    return isKey ? this.places.nearestKey(path) : this.places.nearest(path);
  }

  private refuse(failure: string): ButaneResult {
    return refuse(failure, this.entries);
  }
}
