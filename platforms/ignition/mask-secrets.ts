/**
 * A config that can be kept beside a record: whoever reads it can tell whether two secrets are the
 * same, and nothing more.
 */

import { createHash } from 'node:crypto';
import { defined } from '../../harness/base/errors.js';
import type {
  IgnitionConfig,
  IgnitionFile,
  IgnitionLuks,
  IgnitionResource,
} from '../../harness/model/ignition.js';

/**
 * Returns a copy in which password hashes, LUKS keys, HTTP header values, inline nested configs and
 * the contents of private files (closed to group and others, or holding a private key) are digests.
 */
export function maskSecrets(config: IgnitionConfig): IgnitionConfig {
  const { ignition, passwd, storage } = config;
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
  });
}

function maskHash<T extends { readonly passwordHash?: string }>(account: T): T {
  const { passwordHash } = account;
  return passwordHash ? { ...account, passwordHash: mask(passwordHash) } : account;
}

function maskLuks(luks: IgnitionLuks): IgnitionLuks {
  return luks.keyFile ? { ...luks, keyFile: maskResource(luks.keyFile) } : luks;
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
  const sources = [file.contents, ...(file.append ?? [])].map((part) => part?.source ?? '');
  return ((file.mode ?? 0o644) & 0o077) === 0 || sources.some(holdsPrivateKey);
}

/** Plain, percent-encoded and base64 sources; what is compressed can't be seen. */
function holdsPrivateKey(source: string): boolean {
  const [head = '', body = ''] = source.split(/,(.*)/s, 2);
  const text = head.endsWith(';base64') ? Buffer.from(body, 'base64').toString('latin1') : body;
  return /PRIVATE(%20|\+| )KEY/.test(text);
}

function maskResource(resource: IgnitionResource): IgnitionResource {
  const { source } = resource;
  const covered = maskHeaders(resource);
  if (!source?.startsWith('data:')) return covered;
  return { ...covered, source: `data:,${encodeURIComponent(mask(source))}` };
}

function maskHeaders(resource: IgnitionResource): IgnitionResource {
  const { httpHeaders } = resource;
  if (!httpHeaders) return resource;
  const masked = httpHeaders.map(({ name, value }) =>
    value === undefined ? { name } : { name, value: mask(value) },
  );
  return { ...resource, httpHeaders: masked };
}

/** What stands for a secret; the same for the same. */
export function mask(secret: string): string {
  return `masked sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
}
