/**
 * The kinds of field that an Ignition config is made of, with Ignition's own limits on each.
 */

import { z } from 'zod';
import type { IgnitionVersion } from '../../harness/model/ignition.js';

/** Any text. */
export const text = z.string();
/** Text that is not empty. */
export const name = text.min(1, 'must not be empty');
/** An optional boolean. */
export const flag = z.boolean().optional();
/** An optional whole number from 0. */
export const count = z.int().min(0, 'must not be negative').optional();
/** An optional list of text, each once. */
export const texts = z.array(text).refine(isUnique, 'must not repeat a value').optional();

/** A path as Ignition wants it: absolute and simplified. */
export const absolutePath = text
  .refine((path) => path.startsWith('/'), 'must be an absolute path')
  .refine(isSimplified, 'must be simplified: no `.`, `..`, double or trailing slash');

/** Permissions, special bits included. */
export const mode = z
  .int('must be a whole number, in decimal: 0644 is 420')
  .min(0, 'must be from 0 to 4095 (octal 7777), in decimal: 0644 is 420')
  .max(0o7777, 'must be from 0 to 4095 (octal 7777), in decimal: 0644 is 420')
  .optional();

/** A GUID; empty means none. */
export const guid = text
  .regex(/^(|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$/, 'must be a GUID')
  .optional();

/** A verification hash; empty means none. */
export const hash = text
  .regex(
    /^(|sha256-[0-9a-fA-F]{64}|sha512-[0-9a-fA-F]{128})$/,
    'must be sha256- or sha512- and that many hexadecimal digits',
  )
  .optional();

/** No value twice; Ignition calls a repeated one a duplicate entry. */
export function isUnique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

/** Like Go's `path.Clean(p) == p`, which Ignition asks for. */
function isSimplified(path: string): boolean {
  if (path === '/' || !path.startsWith('/')) return true;
  const parts = path.slice(1).split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

/** The value of a `data:` URL must decode: RFC 2397, with a `type/subtype` if any is given. */
function isDecodable(source: string): boolean {
  const match = /^data:([^,]*),(.*)$/s.exec(source);
  if (!match) return !source.startsWith('data:');
  const [type = '', ...parameters] = (match[1] ?? '').split(';');
  if (type !== '' && !type.includes('/')) return false;
  const value = match[2] ?? '';
  if (parameters.at(-1) === 'base64') return /^[A-Za-z0-9+/%]*={0,2}$/.test(value);
  return !/%(?![0-9A-Fa-f]{2})/.test(value);
}

const headerNames = (headers: readonly { readonly name: string }[]) =>
  isUnique(headers.map((header) => header.name));

/** Something that Ignition fetches, in one version of the specification. */
export function resourceOf(version: IgnitionVersion) {
  // The last is Flatcar's own: a path on the OEM partition.
  const schemes = ['data', 'http', 'https', 'tftp', 's3', 'gs', 'oem'];
  // 3.4.0 adds Amazon resource names.
  if (version !== '3.3.0') schemes.push('arn');
  const pattern = new RegExp(`^(|(${schemes.join('|')}):.+)$`, 's');
  const source = text.regex(pattern, `must be a URL: ${schemes.join(', ')}`);
  const header = z.strictObject({ name, value: text.optional() });
  const resource = z.strictObject({
    source: source.refine(isDecodable, 'must be a data URL that decodes').optional(),
    compression: z.enum(['', 'gzip']).optional(),
    httpHeaders: z.array(header).refine(headerNames, 'must not repeat a name').optional(),
    verification: z.strictObject({ hash }).optional(),
  });
  return resource.refine(
    (value) => !value.httpHeaders?.length || /^https?:/.test(value.source ?? ''),
    {
      path: ['httpHeaders'],
      error: 'are for http and https sources only',
    },
  );
}

/** The schema that {@link resourceOf} makes. */
export type ResourceSchema = ReturnType<typeof resourceOf>;
