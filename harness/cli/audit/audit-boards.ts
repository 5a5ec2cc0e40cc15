/**
 * The audit of a release for each architecture, with a boot of what QEMU can boot where that is wanted.
 */

import type { KeyObject } from 'node:crypto';
import { type AuditedAsset, auditRelease } from '../../../images/audit/audit-release.js';
import { askVersion } from '../../../images/fetch/ask-version.js';
import { HttpClient } from '../../../images/fetch/http-client.js';
import { type Keyring, openKeyring } from '../../../images/fetch/keyring.js';
import { parseReleaseName } from '../../../images/fetch/release-names.js';
import {
  channelServer,
  flatcarUpdateServer,
  ReleaseServer,
} from '../../../images/fetch/release-server.js';
import type { Logger } from '../../base/logger.js';
import { documentedAssets } from '../../model/documented-assets.js';
import type { Arch } from '../../model/image.js';
import type { AuditOptions } from '../commands/audit-release.js';
import { serverSettings } from '../fetch-options.js';
import { bootImages } from './boot-images.js';

/** How the audit is done, and who hears of it. */
export interface BoardsRequest {
  readonly options: AuditOptions;
  readonly payloadKey?: KeyObject;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The version that a channel has now, and what was found of it. */
export interface BoardsReport {
  readonly version: string;
  readonly assets: readonly AuditedAsset[];
}

/** Throws what `auditRelease` throws, and what keeps it from beginning (usage). */
export async function auditBoards(release: string, request: BoardsRequest): Promise<BoardsReport> {
  const settings = serverSettings({ ...request.options, arch: 'amd64' });
  const keyring = await openKeyring(settings.keys);
  await using client = new HttpClient(settings.http);
  const arches = request.options.arch ?? (['amd64', 'arm64'] as const);
  const assets: AuditedAsset[] = [];
  // A channel may move meanwhile: all architectures are of the version that the first one has.
  let wanted = release;
  for (const arch of arches) {
    const report = await auditBoard(wanted, { ...request, arch, keyring, client });
    wanted = report.version;
    assets.push(...report.assets);
  }
  return { version: wanted, assets };
}

interface BoardRequest extends BoardsRequest {
  readonly arch: Arch;
  readonly keyring: Keyring;
  readonly client: HttpClient;
}

async function auditBoard(release: string, request: BoardRequest): Promise<BoardsReport> {
  const { options, arch, keyring, client, logger, signal, payloadKey } = request;
  const { servers, allowExpiredKey } = serverSettings({ ...options, arch });
  const name = parseReleaseName(release);
  const context = { client, log: (line: string) => logger.info(line), signal };
  const root = channelServer(servers, { channel: name.channel, arch }, context);
  const version = await askVersion(root, { name, keyring, allowExpiredKey });
  const updates = new ReleaseServer([options.updateServer ?? flatcarUpdateServer], context);
  const assets = await auditRelease({
    version,
    arch,
    server: root.below(version),
    updateServer: updates.below(`${arch}-usr/${version}`),
    keyring,
    allowExpiredKey,
    assets: documentedAssets,
    ...(payloadKey && { payloadKey }),
  });
  const boots = options.boot ? await bootImages(version, { ...request, audited: assets }) : [];
  return { version, assets: [...assets, ...boots] };
}
