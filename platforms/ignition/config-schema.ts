/**
 * The shape of an Ignition config, field by field, strict about what a version does not know. Rules
 * between fields are left to `config-rules.ts`.
 * Source: coreos.github.io/ignition, "Configuration Specification v3.3.0" and "v3.4.0".
 */

import { z } from 'zod';
import type { IgnitionVersion } from '../../harness/model/ignition.js';
import {
  count,
  flag,
  isUnique,
  name,
  type ResourceSchema,
  resourceOf,
  text,
  texts,
} from './schema-fields.js';
import { storageOf } from './schema-storage.js';

const unitName = text.regex(
  /^[^/\s]+\.(service|socket|device|mount|automount|swap|target|path|timer|snapshot|slice|scope)$/,
  'must be a systemd unit name with a valid suffix',
);

const dropinName = text.regex(/^[^/]+\.conf$/, 'must be a file name that ends in .conf');

const accountName = name.regex(/^[^\s:,/]*$/, 'must not contain spaces, colons, commas or slashes');

const user = z.strictObject({
  name: accountName,
  uid: count,
  gecos: text.optional(),
  groups: z.array(name).refine(isUnique, 'must not repeat a group').optional(),
  homeDir: text.optional(),
  noCreateHome: flag,
  noLogInit: flag,
  noUserGroup: flag,
  passwordHash: text.optional(),
  primaryGroup: text.optional(),
  shell: text.optional(),
  shouldExist: flag,
  sshAuthorizedKeys: texts,
  system: flag,
});

const group = z.strictObject({
  name: accountName,
  gid: count,
  passwordHash: text.optional(),
  shouldExist: flag,
  system: flag,
});

const unit = z.strictObject({
  name: unitName,
  enabled: flag,
  mask: flag,
  contents: text.refine(hasWholeSections, 'has a section header that does not end').optional(),
  dropins: z.array(z.strictObject({ name: dropinName, contents: text.optional() })).optional(),
});

/** Where Ignition's parser gives up; what systemd thinks of the rest is seen in the guest. */
function hasWholeSections(contents: string): boolean {
  return !/^\s*\[[^\]\n]*$/m.test(contents);
}

const proxyUrl = text.regex(/^(|https?:.*)$/, 'must be an http or https URL').optional();

const sources = (resources: readonly { readonly source?: string | undefined }[]) =>
  isUnique(resources.map((resource) => resource.source));

function ignitionOf(version: IgnitionVersion, resource: ResourceSchema) {
  const required = resource.refine((value) => Boolean(value.source), {
    path: ['source'],
    error: 'must be given',
  });
  const proxy = { httpProxy: proxyUrl, httpsProxy: proxyUrl, noProxy: texts };
  const tls = z.strictObject({ certificateAuthorities: z.array(required).optional() });
  const config = {
    merge: z.array(required).refine(sources, 'must not repeat a source').optional(),
    replace: resource.optional(),
  };
  return z.strictObject({
    version: z.literal(version),
    config: z.strictObject(config).optional(),
    proxy: z.strictObject(proxy).optional(),
    security: z.strictObject({ tls: tls.optional() }).optional(),
    timeouts: z.strictObject({ httpResponseHeaders: count, httpTotal: count }).optional(),
  });
}

/** The schema of one version of the specification. */
export function configSchema(version: IgnitionVersion) {
  const resource = resourceOf(version);
  return z.strictObject({
    ignition: ignitionOf(version, resource),
    kernelArguments: z.strictObject({ shouldExist: texts, shouldNotExist: texts }).optional(),
    passwd: z
      .strictObject({ users: z.array(user).optional(), groups: z.array(group).optional() })
      .optional(),
    storage: storageOf(version, resource).optional(),
    systemd: z.strictObject({ units: z.array(unit).optional() }).optional(),
  });
}
