/**
 * What the commands that talk to a release server have in common, from their options.
 */

import { fetchLimits, type HttpOptions } from '../../images/fetch/http-client.js';
import type { KeyringOptions } from '../../images/fetch/keyring.js';
import { defined } from '../base/errors.js';
import type { Arch } from '../model/image.js';

/** As the argument parser hands them over. */
export interface ServerOptions {
  readonly arch: Arch;
  readonly server?: readonly string[];
  readonly proxy?: string;
  readonly followHost?: readonly string[];
  readonly key?: readonly string[];
  readonly fingerprint?: readonly string[];
  readonly allowExpiredKey?: boolean;
}

/** The fields of a request that follow from them. */
export function serverSettings(options: ServerOptions): {
  readonly servers: readonly string[];
  readonly keys: KeyringOptions;
  readonly http: HttpOptions;
  readonly allowExpiredKey: boolean;
} {
  const { server = [], proxy, followHost = [], key = [], fingerprint = [] } = options;
  return {
    servers: server,
    keys: { files: key, fingerprints: fingerprint },
    http: { followHosts: followHost, limits: fetchLimits, ...defined({ proxy }) },
    allowExpiredKey: options.allowExpiredKey ?? false,
  };
}
