/**
 * A config that can be kept beside a record: whoever reads it can tell whether two secrets are the
 * same, and nothing more.
 */

import { gunzipSync } from 'node:zlib';
import { defined } from '../../harness/base/errors.js';
import type {
  IgnitionConfig,
  IgnitionFile,
  IgnitionLuks,
  IgnitionResource,
  IgnitionUnit,
} from '../../harness/model/ignition.js';
import { mask, maskAssignments, maskUrl } from './mask-text.js';

/**
 * Returns a copy in which password hashes, LUKS keys, HTTP header values, queries and passwords of
 * addresses, inline nested configs, what units assign to names of secrets and the contents of private
 * files (closed to others, or holding a private key) are digests.
 */
export function maskSecrets(config: IgnitionConfig): IgnitionConfig {
  const { ignition, passwd, storage, systemd } = config;
  const { merge, replace } = ignition.config ?? {};
  return defined({
    ...config,
    ignition: defined({
      ...ignition,
      config:
        ignition.config &&
        defined({ merge: merge?.map(maskResource), replace: replace && maskResource(replace) }),
    }),
    passwd:
      passwd &&
      defined({ users: passwd.users?.map(maskHash), groups: passwd.groups?.map(maskHash) }),
    storage:
      storage &&
      defined({
        ...storage,
        luks: storage.luks?.map(maskLuks),
        files: storage.files?.map(maskFile),
      }),
    systemd: systemd && defined({ ...systemd, units: systemd.units?.map(maskUnit) }),
  });
}

function maskHash<T extends { readonly passwordHash?: string }>(account: T): T {
  const { passwordHash } = account;
  return passwordHash ? { ...account, passwordHash: mask(passwordHash) } : account;
}

function maskLuks(luks: IgnitionLuks): IgnitionLuks {
  const { keyFile, clevis } = luks;
  const custom = clevis?.custom?.config;
  return defined({
    ...luks,
    keyFile: keyFile && maskResource(keyFile),
    clevis: custom ? { ...clevis, custom: { ...clevis.custom, config: mask(custom) } } : clevis,
  });
}

function maskUnit(unit: IgnitionUnit): IgnitionUnit {
  const { contents, dropins } = unit;
  const cover = (text: string | undefined) => text && maskAssignments(text);
  return defined({
    ...unit,
    contents: cover(contents),
    dropins: dropins?.map((one) => defined({ ...one, contents: cover(one.contents) })),
  });
}

function maskFile(file: IgnitionFile): IgnitionFile {
  const cover = isPrivate(file) ? maskResource : maskHeaders;
  return defined({
    ...file,
    contents: file.contents && cover(file.contents),
    append: file.append?.map(cover),
  });
}

/** Without a mode a file is 0644 and readable by all, unless it is plainly a key. */
function isPrivate(file: IgnitionFile): boolean {
  const parts = [file.contents, ...(file.append ?? [])];
  return ((file.mode ?? 0o644) & 0o007) === 0 || parts.some(holdsPrivateKey);
}

function holdsPrivateKey({ source = '', compression }: IgnitionResource = {}): boolean {
  const [head = '', body = ''] = source.split(/,(.*)/s, 2);
  const isBase64 = head.endsWith(';base64');
  const bytes = Buffer.from(isBase64 ? body : decodeLoosely(body), isBase64 ? 'base64' : 'latin1');
  const text = compression === 'gzip' ? inflate(bytes) : bytes.toString('latin1');
  return /PRIVATE[+ ]KEY/.test(text);
}

function decodeLoosely(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (hex) =>
    String.fromCharCode(Number.parseInt(hex.slice(1), 16)),
  );
}

/** What can't be inflated, or grows beyond what a key file is, holds none. */
function inflate(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 ** 20 }).toString('latin1');
  } catch {
    return '';
  }
}

function maskResource(resource: IgnitionResource): IgnitionResource {
  const { source } = resource;
  const covered = maskHeaders(resource);
  if (!source?.startsWith('data:')) return covered;
  return { ...covered, source: `data:,${encodeURIComponent(mask(source))}` };
}

function maskHeaders(resource: IgnitionResource): IgnitionResource {
  const { httpHeaders, source } = resource;
  const masked = httpHeaders?.map(({ name, value }) =>
    value === undefined ? { name } : { name, value: mask(value) },
  );
  const isRemote = source !== undefined && !source.startsWith('data:');
  return defined({ ...resource, source: isRemote ? maskUrl(source) : source, httpHeaders: masked });
}
