/**
 * Frames survive however a stream is cut, and what is no frame is refused.
 */

import { array, assert, integer, property, uint8Array } from 'fast-check';
import t from 'tap';
import {
  FrameReader,
  frameOnStream,
  largestFrame,
} from '../../../platforms/network/frame-stream.js';

t.test('any cut of a stream gives the frames that were put on it', async () => {
  const frames = array(uint8Array({ maxLength: 2000 }), { maxLength: 8 });
  const cuts = array(integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 });
  await assert(
    property(frames, cuts, (sent, sizes) => {
      const stream = Buffer.concat(sent.map((frame) => frameOnStream(Buffer.from(frame))));
      const reader = new FrameReader();
      const seen: string[] = [];
      for (let at = 0, n = 0; at < stream.length; n += 1) {
        const size = sizes[n % sizes.length] as number;
        seen.push(...reader.push(stream.subarray(at, at + size)).map((one) => one.toString('hex')));
        at += size;
      }
      const wanted = sent.map((frame) => Buffer.from(frame).toString('hex'));
      return JSON.stringify(seen) === JSON.stringify(wanted);
    }),
    { seed: 7 },
  );
});

t.test('a length that no frame has', async (t) => {
  const reader = new FrameReader();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(largestFrame + 1);
  t.throws(() => reader.push(length), RangeError);
});
