/**
 * An update service for one test, and how engines speak to it.
 */

import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { UpdateMessage, UpdateRelease } from '../../../../harness/model/updates.js';
import { UpdateService } from '../../../../platforms/services/omaha/update-service.js';

export const appId = '{e96281a6-d1af-4bde-9a0a-97b76e56dc57}';

export function request(body: string, version = '9999.0.0', track = 'alpha'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<request protocol="3.0" version="update_engine-0.4.10" updaterversion="update_engine-0.4.10" installsource="ondemandupdate" ismachine="1">
    <os version="Chateau" platform="CoreOS" sp="${version}_x86_64"></os>
    <app appid="${appId}" version="${version}" track="${track}" bootid="{b}" oem="qemu" oemversion="" alephversion="${version}" machineid="0123" machinealias="a &amp; b" lang="en-US" board="amd64-usr" hardware_class="" delta_okay="false" >
${body}
    </app>
</request>`;
}

export const check = `        <ping active="1"></ping>
        <updatecheck></updatecheck>
        <event eventtype="3" eventresult="2" previousversion="0.0.0.0"></event>`;

export interface Lab {
  readonly service: UpdateService;
  readonly release: UpdateRelease;
  readonly bytes: Buffer;
  readonly heard: UpdateMessage[];
  /** Posts to the update URL and returns status and text. */
  post(body: string): Promise<{ status: number; text: string; type: string | null }>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

export async function lab(t: Test, channels?: string): Promise<Lab> {
  const directory = t.testdir({});
  const path = join(directory, 'payload');
  const bytes = randomBytes(3 * 2 ** 20 + 5);
  await writeFile(path, bytes);
  const digest = (name: string) => createHash(name).update(bytes).digest('hex');
  const payload = { path, bytes: bytes.length, sha256: digest('sha256'), sha1: digest('sha1') };
  const release: UpdateRelease = {
    name: 'next',
    version: '9999.1.0',
    payload: { ...payload, signatureBytes: 264 },
    usrHash: '',
    kernelSha256: '',
  };
  const heard: UpdateMessage[] = [];
  const server = createServer((incoming, response) => service.listener(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close(() => undefined).closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const service = new UpdateService({
    machine: 'main-0',
    address: '127.0.0.1',
    port,
    ...(channels && { channels: join(directory, channels) }),
    slowness: 1,
    signal: new AbortController().signal,
    onMessage: (message) => heard.push(message),
  });
  return {
    service,
    release,
    bytes,
    heard,
    post: async (body) => {
      const answer = await fetch(service.url, { method: 'POST', body });
      const { status, headers } = answer;
      return { status, text: await answer.text(), type: headers.get('content-type') };
    },
    get: async (path, headers = {}) => await fetch(`http://127.0.0.1:${port}${path}`, { headers }),
  };
}

export const payloadPath = '/payloads/next/flatcar_production_update.gz';
