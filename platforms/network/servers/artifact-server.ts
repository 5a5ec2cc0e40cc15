/**
 * The artifacts of a segment over HTTP, by what is in them: `/sha256/DIGEST` is a file, `/NAME` leads
 * there.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Artifact } from '../../../harness/model/network.js';

/** Where a file's contents are: in the plan, or in a file of the host. */
export type ArtifactSource = { readonly text: string } | { readonly file: string };

/** A file with what it is called by. */
export interface StoredArtifact extends Artifact {
  readonly source: ArtifactSource;
}

/** Reads each file once, for its digest. Throws what reading throws. */
export async function storeArtifacts(
  sources: Readonly<Record<string, ArtifactSource>>,
): Promise<readonly StoredArtifact[]> {
  const names = Object.entries(sources);
  return await Promise.all(
    names.map(async ([name, source]) => {
      const hash = createHash('sha256');
      for await (const chunk of read(source)) hash.update(chunk as Buffer);
      return { name, source, sha256: hash.digest('hex'), sizeBytes: await sizeOf(source) };
    }),
  );
}

function read(source: ArtifactSource): Readable {
  return 'file' in source
    ? createReadStream(source.file)
    : Readable.from([Buffer.from(source.text)]);
}

async function sizeOf(source: ArtifactSource): Promise<number> {
  return 'file' in source ? (await stat(source.file)).size : Buffer.byteLength(source.text);
}

/** Serves them. A name that is not there, and a digest that is not, are 404. */
export function artifactListener(artifacts: readonly StoredArtifact[]): RequestListener {
  return ({ url = '/', method }, response) => {
    // Names need no escapes, so none is resolved.
    const path = (url.split('?', 1)[0] ?? '').slice(1);
    const named = artifacts.find(({ name }) => name === path);
    const found = artifacts.find(({ sha256 }) => `sha256/${sha256}` === path);
    if (method !== 'GET' && method !== 'HEAD') response.writeHead(405).end();
    else if (named) response.writeHead(302, { location: `/sha256/${named.sha256}` }).end();
    else if (found) void send(found, method, response);
    else response.writeHead(404).end('no such artifact\n');
  };
}

/** Never throws: a file that can't be read closes the connection. */
async function send(artifact: StoredArtifact, method: string, response: ServerResponse) {
  const { sha256, sizeBytes, source } = artifact;
  response.writeHead(200, { 'content-length': String(sizeBytes), etag: `"${sha256}"` });
  try {
    if (method === 'HEAD') response.end();
    else await pipeline(read(source), response);
  } catch {
    response.destroy();
  }
}
