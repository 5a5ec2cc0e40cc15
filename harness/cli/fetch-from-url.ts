/**
 * An image that a command was given as a URL.
 */

import { fetchFile } from '../../images/fetch/fetch-file.js';
import { fetchLimits } from '../../images/fetch/http-client.js';
import { defaultQuotaBytes } from '../../images/store/quota.js';
import type { Image } from '../model/image.js';

/** The URL, the digest that its user knows, and where it is stored. */
export interface UrlRequest {
  readonly url: string;
  readonly sha512: string | undefined;
  readonly cacheDirectory: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Fetches it, or takes it from the store. Throws what `fetchFile` throws. */
export async function fetchFromUrl({ url, ...request }: UrlRequest): Promise<Image> {
  const http = { followHosts: [], limits: fetchLimits };
  const given = { source: url, http, offline: false, quotaBytes: defaultQuotaBytes };
  return await fetchFile({ ...given, ...request });
}
