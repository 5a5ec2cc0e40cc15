/**
 * Checks an Ignition config that a Butane config holds inline, to be merged or to replace it.
 */

import type { IgnitionConfig, IgnitionVersion } from '../../harness/model/ignition.js';
import type { Struct } from './decode.js';
import { type DecodedJson, decodeJson } from './decode-json.js';
import { ignitionType } from './ignition-schema.js';
import { isInt64 } from './int64.js';
import { error, errorIf, type Finding, type Rule, warning } from './report.js';
import { checkIgnitionConfig } from './rules/check-config.js';
import { canonicalVersion } from './semver.js';

/** What is wrong with the inline config of a resource, by the paths of that config. */
export function checkEmbedded(version: IgnitionVersion): Rule<Struct> {
  return ({ inline, source, local }, path) => {
    if (inline === undefined || source !== undefined || local !== undefined) return [];
    const { value, problem, findings } = decode(inline as Uint8Array, version);
    if (problem !== undefined) {
      return [error('', problem), error(`${path}.inline`, 'the inline config is invalid')];
    }
    const config = value as IgnitionConfig;
    const given = canonicalVersion(config.ignition?.version ?? '');
    if (given !== undefined && given !== version) {
      const message = `the config is not of version ${version} and isn't checked`;
      return [warning(`${path}.version`, message)];
    }
    return [...checkDecoded(config, given, version), ...findings];
  };
}

function decode(inline: Uint8Array, version: IgnitionVersion): DecodedJson {
  try {
    return decodeJson(parse(Buffer.from(inline).toString()), ignitionType(version));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return { value: undefined, problem: cause.message, findings: [] };
  }
}

/** `4.0` and `4e2` are no integers to Go, nor is what 64 bits don't hold: no field takes them. */
function parse(text: string): unknown {
  JSON.parse(text);
  const numbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
  return JSON.parse(
    text.replaceAll(numbers, (token) =>
      token.startsWith('"') || isInteger(token) ? token : '0.5',
    ),
  );
}

function isInteger(token: string): boolean {
  return /^-?\d{1,19}$/.test(token) && isInt64(BigInt(token));
}

/** A config of no version at all is checked like one of the version that is made. */
function checkDecoded(
  config: IgnitionConfig,
  given: string | undefined,
  version: IgnitionVersion,
): readonly Finding[] {
  const { ignition } = config;
  const versionless = given === undefined && `the inline config needs a version: write ${version}`;
  return [
    ...errorIf(versionless, '$.ignition.version'),
    ...checkIgnitionConfig({ ...config, ignition: { ...ignition, version } }),
  ];
}
