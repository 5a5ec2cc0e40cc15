/**
 * Sends a payload or a part of it, the way the faults of the moment want it.
 */

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Spoiled, spoil } from './spoil.js';

/** Where a connection ends too early, in one of two ways; offsets in bytes of the payload. */
export interface BodyEnd {
  /** It is closed there. */
  readonly cutAt?: number | undefined;
  /** Nothing more comes from there on, until the other side gives up. */
  readonly stallAt?: number | undefined;
}

/** What is sent and what is wrong with it; offsets in bytes of the payload. */
export interface BodyPlan extends BodyEnd {
  readonly path: string;
  readonly from: number;
  /** One past the last byte. */
  readonly to: number;
  /** These bytes are other ones. */
  readonly spoiled?: Spoiled | undefined;
  readonly bytesPerSecond?: number | undefined;
}

const dripsPerSecond = 10;
const chunkBytes = 256 * 1024;

/** Resolves with the bytes that were handed over, when all of it was or the other side has gone. */
export async function sendBody(plan: BodyPlan, response: ServerResponse): Promise<number> {
  const to = Math.min(plan.to, plan.cutAt ?? plan.to, plan.stallAt ?? plan.to);
  let position = plan.from;
  const highWaterMark = plan.bytesPerSecond
    ? Math.max(1, Math.floor(plan.bytesPerSecond / dripsPerSecond))
    : chunkBytes;
  if (to > position) {
    for await (const chunk of createReadStream(plan.path, {
      start: position,
      end: to - 1,
      highWaterMark,
    })) {
      const bytes = plan.spoiled
        ? spoil(chunk as Buffer, position, plan.spoiled)
        : (chunk as Buffer);
      if (!(await write(response, bytes))) break;
      position += bytes.length;
      if (plan.bytesPerSecond) await delay(1_000 / dripsPerSecond);
    }
  }
  if (plan.stallAt !== undefined && !response.destroyed) await once(response, 'close');
  if (position < plan.to) response.destroy();
  else response.end();
  return position - plan.from;
}

/** False once the other side has gone. */
async function write(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(bytes)) return true;
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
  return !response.destroyed;
}
