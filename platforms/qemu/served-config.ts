/**
 * Configs that a machine fetches from a server of its own: those that are too large for QEMU's fw_cfg, which
 * a guest reads byte by byte (the machine gets a small one that says where the real one is), and those that
 * the kernel's command line names.
 */

import { createHash } from 'node:crypto';
import { UsageError } from '../../harness/base/errors.js';
import type { IgnitionConfig } from '../../harness/model/ignition.js';
import type { HttpService } from '../../harness/model/services.js';
import { configUrl, type Provisioning, type Role } from '../../harness/model/topology.js';
import { fragmentOf } from '../butane/provisioning.js';

/** Above it a guest that is emulated reads for more than a second. */
const limitBytes = 256 * 1024;

const { hostname: address, pathname } = new URL(configUrl);

/** The server of a machine whose config is served. */
export const configService: HttpService = { kind: 'http', address, port: 80, files: {} };

/** Where the server finds the config. */
export const servedPath = pathname;

/** Whether the kernel's command line has to name it. */
export function isByUrl(provisioning: Provisioning): boolean {
  return 'byUrl' in provisioning && provisioning.byUrl === true;
}

/** Whether a machine's config has to be fetched. */
export function isServed(provisioning: Provisioning): boolean {
  if (provisioning.kind === 'none' || provisioning.kind === 'raw') return false;
  if (isByUrl(provisioning)) return true;
  return Buffer.byteLength(JSON.stringify(fragmentOf(provisioning).fragment)) > limitBytes;
}

/** Throws SERVICE_TAKEN (usage) where a service is at the place of the config's own server. */
export function requireOwnPlace({ provisioning, services }: Role): void {
  if (!isServed(provisioning)) return;
  const isThere = services.some((one) => {
    return one.kind !== 'tftp' && one.address === address && one.port === configService.port;
  });
  if (!isThere) return;
  const message = `a service is at ${address}:${configService.port}, where this config is served`;
  throw new UsageError('SERVICE_TAKEN', `${message}; give it another address or port`);
}

/** The small config that stands for the real one; `text` are the bytes that will be served. */
export function pointerTo(text: string, { ignition }: IgnitionConfig): IgnitionConfig {
  const hash = `sha512-${createHash('sha512').update(text).digest('hex')}`;
  const replace = { source: configUrl, verification: { hash } };
  return { ignition: { version: ignition.version, config: { replace } } };
}
