/**
 * A config of unknown make that can be kept beside a record: what Ignition accepts is masked like
 * any other config, what is merely JSON more broadly, by the names of its fields.
 */

import type { IgnitionConfig } from '../../harness/model/ignition.js';
import { maskSecrets } from './mask-secrets.js';
import { mask, maskAssignments } from './mask-text.js';
import { validateConfig } from './validate-config.js';

/** Returns a text without secrets; in what is no JSON, such as a cloud-config, by the names of its lines. */
export function maskRaw(text: string): string {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null) return maskAssignments(text);
  return `${JSON.stringify(maskConfig(parsed) ?? maskFields(parsed), null, 2)}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined for what is no config of a specification that is known here. */
function maskConfig(parsed: object): IgnitionConfig | undefined {
  try {
    return maskSecrets(validateConfig(parsed));
  } catch {
    return undefined;
  }
}

/** Of all specifications, and what people write in their place. */
const secretFields = /^(password_?hash|password|value|inline|key|token|secret)$/i;

function maskFields(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return isSecret(value, field) ? mask(value) : value;
  if (Array.isArray(value)) return value.map((one) => maskFields(one, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskFields(one, key)]));
}

/** Which files are private can't be told where modes and places may be wrong: none is shown. */
function isSecret(text: string, field: string): boolean {
  return secretFields.test(field) || /^data:/i.test(text) || /PRIVATE(%20|\+| )KEY/.test(text);
}
