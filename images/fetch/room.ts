/**
 * How large a file may become: asked before the first byte where its length is known, and while it
 * grows where nobody told it.
 */

import { Transform } from 'node:stream';

/** The room that one file has. */
export interface Room {
  /** Throws unless the file may have so many bytes, those included that it has. */
  require(sizeBytes: number): Promise<void>;
  /** So many bytes more are asked for at once while it grows: asking may cost something. */
  readonly stepBytes: number;
}

/** Up to a limit; beyond it `refuse` makes the error, from as many bytes as are known of. */
export function atMost(mostBytes: number, refuse: (sizeBytes: number) => Error): Room {
  return {
    stepBytes: 0,
    require: async (sizeBytes) => {
      if (sizeBytes > mostBytes) throw refuse(sizeBytes);
    },
  };
}

/**
 * Passes on what there is room for, to a file that has `start` bytes already. Fails with what the room
 * throws, before the first byte too many.
 */
export function growIn(room: Room, start = 0): Transform {
  let [sizeBytes, allowed] = [start, start];
  const add = async (bytes: number) => {
    sizeBytes += bytes;
    if (sizeBytes <= allowed) return;
    allowed = sizeBytes + room.stepBytes;
    await room.require(allowed);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      add(chunk.length).then(() => done(null, chunk), done);
    },
  });
}
