/**
 * Configs that are too large for QEMU's fw_cfg, which a guest reads byte by byte: the machine gets a
 * small one, which says where the real one is, and fetches that from a server of its own.
 */

import { createHash } from 'node:crypto';
import type { IgnitionConfig } from '../../harness/model/ignition.js';
import type { HttpService } from '../../harness/model/services.js';
import type { Provisioning } from '../../harness/model/topology.js';
import { fragmentOf } from '../butane/provisioning.js';

/** Above it a guest that is emulated reads for more than a second. */
const limitBytes = 256 * 1024;

const address = '10.0.2.101';
const path = '/config.ign';

/** The server of a machine whose config is large. */
export const configService: HttpService = { kind: 'http', address, port: 80, files: {} };

/** Where the server finds the config. */
export const servedPath = path;

/** Whether a machine's config has to be fetched. */
export function isLarge(provisioning: Provisioning): boolean {
  if (provisioning.kind === 'none' || provisioning.kind === 'raw') return false;
  return Buffer.byteLength(JSON.stringify(fragmentOf(provisioning).fragment)) > limitBytes;
}

/** The small config that stands for the real one; `text` are the bytes that will be served. */
export function pointerTo(text: string, { ignition }: IgnitionConfig): IgnitionConfig {
  const hash = `sha512-${createHash('sha512').update(text).digest('hex')}`;
  const replace = { source: `http://${address}${path}`, verification: { hash } };
  return { ignition: { version: ignition.version, config: { replace } } };
}
