/**
 * Which URLs Ignition fetches from. Source: Ignition's "Configuration Specification", v3.3.0 and
 * v3.4.0.
 */

import type { IgnitionVersion } from '../../../harness/model/ignition.js';
import { problemOfDataUrl } from './data-url.js';
import { parseUrl } from './go-url.js';

/** Why a source can't be fetched; undefined if it can. */
export function problemOfSource(source: string, version: IgnitionVersion): string | undefined {
  const url = parseUrl(source);
  if (!url) return 'unable to parse the URL';
  if (['http', 'https', 'tftp', 'gs'].includes(url.scheme)) return undefined;
  if (url.scheme === 'data') return problemOfDataUrl(source);
  if (url.scheme === 's3') return problemOfVersionId(source);
  if (url.scheme === 'arn' && version !== '3.3.0') return problemOfArn(source, url.rest);
  return `unsupported URL scheme ${JSON.stringify(url.scheme)}`;
}

/** A `versionId` that is named must have a value. */
function problemOfVersionId(source: string): string | undefined {
  const [withoutFragment = ''] = source.split('#', 1);
  const [, query = ''] = /\?(.*)/s.exec(withoutFragment) ?? [];
  // Go leaves out what it can't decode, and what has a semicolon.
  const pairs = query.split('&').filter((pair) => !/;|%(?![0-9a-fA-F]{2})/.test(pair));
  const version = new URLSearchParams(`&${pairs.join('&')}`).get('versionId');
  return version === '' ? 'the S3 object has an empty versionId' : undefined;
}

/** `rest` is what follows `arn:`; after a slash it would be a path to Go, and no ARN. */
function problemOfArn(source: string, rest: string): string | undefined {
  const [arn = ''] = rest.split('?', 1);
  const sections = arn.split(':');
  const object = sections.slice(4).join(':');
  const slashes = arn.split('/').length - 1;
  const isObject = !arn.startsWith('/') && sections.length >= 5 && sections[1] === 's3';
  if (!isObject || slashes < (object.startsWith('accesspoint/') ? 2 : 1)) {
    return 'the ARN names no S3 object';
  }
  return problemOfVersionId(source);
}
