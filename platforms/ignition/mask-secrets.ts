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

type Clevis = NonNullable<IgnitionLuks['clevis']>;

/**
 * Returns a copy in which password hashes, LUKS keys, HTTP header values, queries and passwords of
 * addresses, inline nested configs, what units, kernel arguments and texts assign to names of secrets,
 * and the contents of private files (closed to others, or holding a private key) are digests.
 */
export function maskSecrets(config: IgnitionConfig): IgnitionConfig {
  const { kernelArguments, passwd, storage, systemd } = config;
  return defined({
    ...config,
    ignition: maskHead(config.ignition),
    kernelArguments:
      kernelArguments &&
      defined({
        shouldExist: kernelArguments.shouldExist?.map(maskAssignments),
        shouldNotExist: kernelArguments.shouldNotExist?.map(maskAssignments),
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

function maskHead(ignition: IgnitionConfig['ignition']): IgnitionConfig['ignition'] {
  const { config, proxy, security } = ignition;
  const authorities = security?.tls?.certificateAuthorities;
  const [http, https] = [proxy?.httpProxy, proxy?.httpsProxy];
  return defined({
    ...ignition,
    config: config && {
      ...(config.merge && { merge: config.merge.map(maskResource) }),
      ...(config.replace && { replace: maskResource(config.replace) }),
    },
    proxy: proxy && {
      ...proxy,
      ...(http !== undefined && { httpProxy: maskUrl(http) }),
      ...(https !== undefined && { httpsProxy: maskUrl(https) }),
    },
    security: authorities
      ? { tls: { certificateAuthorities: authorities.map(maskHeaders) } }
      : security,
  });
}

function maskHash<T extends { readonly passwordHash?: string }>(account: T): T {
  const { passwordHash } = account;
  return passwordHash ? { ...account, passwordHash: mask(passwordHash) } : account;
}

function maskLuks(luks: IgnitionLuks): IgnitionLuks {
  const { keyFile, clevis } = luks;
  return defined({
    ...luks,
    keyFile: keyFile && maskResource(keyFile),
    clevis: clevis && maskClevis(clevis),
  });
}

function maskClevis(clevis: Clevis): Clevis {
  const { custom, tang } = clevis;
  return {
    ...clevis,
    ...(tang && { tang: tang.map((one) => ({ ...one, url: maskUrl(one.url) })) }),
    ...(custom && { custom: { ...custom, config: mask(custom.config) } }),
  };
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
  const cover = isPrivate(file) ? maskResource : maskText;
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

function holdsPrivateKey(resource: IgnitionResource = {}): boolean {
  return /PRIVATE[+ ]KEY/.test(contentsOf(resource));
}

/** Byte by byte, as latin1; of a remote one nothing that matters. */
function contentsOf({ source = '', compression }: IgnitionResource): string {
  const [head = '', body = ''] = source.split(/,(.*)/s, 2);
  const isBase64 = head.endsWith(';base64');
  const bytes = Buffer.from(isBase64 ? body : decodeLoosely(body), isBase64 ? 'base64' : 'latin1');
  return compression === 'gzip' ? inflate(bytes) : bytes.toString('latin1');
}

/** What everybody on the machine may read is readable here, but for what is assigned to secrets. */
function maskText(resource: IgnitionResource): IgnitionResource {
  const covered = maskHeaders(resource);
  const text = resource.source?.startsWith('data:') ? contentsOf(resource) : '';
  const masked = maskAssignments(text);
  if (masked === text) return covered;
  const { compression: _, ...rest } = covered;
  const contents = Buffer.from(masked, 'latin1').toString('base64');
  return { ...rest, source: `data:;base64,${contents}` };
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
