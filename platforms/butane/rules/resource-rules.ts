/**
 * Ignition's rules for what it fetches, and for the section about itself.
 */

import type {
  IgnitionConfig,
  IgnitionResource,
  IgnitionVersion,
} from '../../../harness/model/ignition.js';
import { each, error, errorIf, type Finding, type Rule, warning } from '../report.js';
import { parseUrl } from './go-url.js';
import { problemOfSource } from './source-url.js';

/** What is wrong with a resource; an empty source is none. */
export function checkResource(version: IgnitionVersion): Rule<IgnitionResource | undefined> {
  return (resource, path) => {
    if (!resource) return [];
    const { source, compression, verification, httpHeaders } = resource;
    return [
      ...errorIf(!['', 'gzip'].includes(compression ?? '') && 'not gzip', `${path}.compression`),
      ...checkHash(verification?.hash, source, `${path}.verification.hash`),
      ...errorIf(source ? problemOfSource(source, version) : undefined, `${path}.source`),
      ...errorIf(problemOfHeaders(resource), `${path}.httpHeaders`),
      ...each(`${path}.httpHeaders`, httpHeaders, checkHeader),
    ];
  };
}

const checkHeader: Rule<{ readonly name: string; readonly value?: string }> = (header, path) => [
  ...errorIf(header.name === '' && 'the header has no name', `${path}.name`),
  ...errorIf(header.value === '' && 'the header has an empty value', `${path}.value`),
];

function problemOfHeaders({ source, httpHeaders }: IgnitionResource): string | false {
  if (!httpHeaders?.length) return false;
  const scheme = source === undefined ? undefined : parseUrl(source)?.scheme;
  return !/^https?$/.test(scheme ?? '') && 'HTTP headers need an http or https source';
}

const digits: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

function checkHash(hash: string | undefined, source: string | undefined, path: string) {
  if (hash === undefined) return [];
  const [, name = '', sum = ''] = /^([^-]*)-(.*)$/s.exec(hash) ?? [];
  const length = digits[name];
  const wrongSize = length !== undefined && length !== Buffer.byteLength(sum);
  return [
    ...errorIf(source === undefined && 'verification needs a source', path),
    ...errorIf(length === undefined && 'the hash is neither sha256 nor sha512', path),
    ...errorIf(wrongSize && `${name} has ${length} hexadecimal digits`, path),
  ];
}

/** What is wrong in the `ignition` section. */
export function checkIgnitionSection(
  ignition: IgnitionConfig['ignition'],
  version: IgnitionVersion,
): readonly Finding[] {
  const { config, proxy, security } = ignition;
  const resource = checkResource(version);
  const needed: Rule<IgnitionResource> = (value, path) => [
    ...errorIf(problemOfRequired(value, version), path),
    ...resource(value, path),
  ];
  const authorities = security?.tls?.certificateAuthorities;
  return [
    ...each('$.ignition.config.merge', config?.merge, needed),
    ...resource(config?.replace, '$.ignition.config.replace'),
    ...each('$.ignition.security.tls.certificateAuthorities', authorities, needed),
    ...checkProxy(proxy?.httpProxy, '$.ignition.proxy.httpProxy', ['http', 'https']),
    ...checkProxy(proxy?.httpsProxy, '$.ignition.proxy.httpsProxy', ['https']),
  ];
}

function problemOfRequired({ source }: IgnitionResource, version: IgnitionVersion) {
  return source ? problemOfSource(source, version) : 'a source is required';
}

function checkProxy(url: string | undefined, path: string, safe: readonly string[]) {
  if (url === undefined) return [];
  const scheme = parseUrl(url)?.scheme ?? '';
  if (!/^https?$/.test(scheme)) return [error(path, 'a proxy has an http or https URL')];
  return safe.includes(scheme) ? [] : [warning(path, 'plain HTTP to the proxy for HTTPS')];
}
