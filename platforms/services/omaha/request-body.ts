/** Reads what a client sends, up to a limit: a sick machine must not eat the harness's memory. */

import type { IncomingMessage } from 'node:http';

/** The text, or undefined when it has more bytes than the limit; the rest is then not read. */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed with the loop: the client is still to be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > limitBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
