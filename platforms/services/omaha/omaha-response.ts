/**
 * Writes what an update server answers, as Nebraska does. Source of what engines read of it:
 * flatcar/update_engine, omaha_request_action.cc.
 */

import { XMLBuilder } from 'fast-xml-parser';
import type { UpdatePackage } from '../../../harness/model/updates.js';
import type { OmahaRequest } from './omaha-request.js';

/** An update as the server announces it. */
export interface Announcement {
  readonly version: string;
  /** The directory of the payload, with a slash at its end. */
  readonly codebase: string;
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly sha1: string;
  /** Files beside the payload, in the same directory, which an engine need not fetch. */
  readonly packages?: readonly UpdatePackage[] | undefined;
}

/** What is said beside an announcement. */
export interface ResponseOptions {
  /** When to ask again, in seconds. */
  readonly pollInterval?: number | undefined;
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

/** Without an announcement there is no update. */
export function writeOmahaResponse(
  request: OmahaRequest,
  announcement: Announcement | undefined,
  { pollInterval }: ResponseOptions = {},
): string {
  const { client, ping, check, events } = request;
  const app = {
    '@appid': client.appId,
    '@status': 'ok',
    ...(ping && { ping: { '@status': 'ok' } }),
    ...(check && {
      updatecheck: {
        ...(pollInterval !== undefined && { '@PollInterval': String(pollInterval) }),
        ...updateCheck(announcement),
      },
    }),
    ...(events.length > 0 && { event: events.map(() => ({ '@status': 'ok' })) }),
  };
  const response = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    response: {
      '@protocol': '3.0',
      '@server': 'switchyard',
      daystart: { '@elapsed_seconds': '0' },
      app,
    },
  };
  return builder.build(response);
}

function updateCheck(announcement: Announcement | undefined) {
  if (!announcement) return { '@status': 'noupdate' };
  const { version, codebase, file, bytes, sha256, sha1, packages = [] } = announcement;
  const entry = {
    '@name': file,
    '@hash': base64(sha1),
    '@size': String(bytes),
    '@required': 'true',
  };
  // Engines take the first for the system's, whatever its name.
  const entries = [entry, ...packages.map(optionalPackage)];
  const action = {
    '@event': 'postinstall',
    '@sha256': base64(sha256),
    '@ChromeOSVersion': version,
    '@needsadmin': 'false',
    '@IsDeltaPayload': 'false',
    '@DisablePayloadBackoff': 'true',
  };
  return {
    '@status': 'ok',
    urls: { url: { '@codebase': codebase } },
    manifest: { '@version': version, packages: { package: entries }, actions: { action } },
  };
}

/** Whose `hash_sha256` is hexadecimal, unlike the other digests. */
function optionalPackage({ name, bytes, sha256, sha1 }: UpdatePackage) {
  return {
    '@name': name,
    '@hash': base64(sha1),
    '@hash_sha256': sha256,
    '@size': String(bytes),
    '@required': 'false',
  };
}

function base64(hexadecimal: string): string {
  return Buffer.from(hexadecimal, 'hex').toString('base64');
}
