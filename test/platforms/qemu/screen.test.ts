/**
 * Pictures of the screens of real machines.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import t from 'tap';
import { createQemuPlatform } from '../../../platforms/qemu/create-platform.js';
import { makeWorkbench } from './payload.js';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** Of a PNG as QEMU writes it. The bytes of the pixels are as its filters left them: black is 0. */
function parsePng(png: Buffer): Picture {
  if (png.toString('latin1', 1, 4) !== 'PNG') throw new Error('no PNG');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(data);
  }
  const pixels = inflateSync(Buffer.concat(parts));
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), pixels };
}

/** More than the byte in front of each line that names its filter. */
function showsSomething({ height, pixels }: Picture): boolean {
  return pixels.filter((byte) => byte !== 0).length > 2 * height;
}

t.test(
  'a failure leaves a picture of what the firmware wrote, where there is a screen',
  async (t) => {
    const work = await makeWorkbench();
    t.teardown(async () => await rm(work.directory, { recursive: true, force: true }));
    await using platform = await createQemuPlatform(work.platformOptions);
    const pictureOf = async (id: string, options: { screens?: boolean; failed: boolean }) => {
      const { screens, failed } = options;
      const artifactDirectory = join(work.directory, id);
      const request = work.request({}, { id, artifactDirectory, screens });
      const cluster = await platform.provision(request, AbortSignal.timeout(30_000));
      t.strictSame(await cluster.tearDown({ timeoutMs: 5_000, failed }), []);
      const png = await readFile(join(artifactDirectory, 'main-0', 'screen.png')).catch(
        () => undefined,
      );
      return png && parsePng(png);
    };
    const picture = await pictureOf('failed', { failed: true });
    t.match(picture, { width: 720, height: 400 }, 'text mode, of 80 x 25');
    t.ok(picture && showsSomething(picture), 'the screen is not black');
    t.equal(await pictureOf('passed', { failed: false }), undefined, 'nobody looks at a pass');
    const blind = await pictureOf('blind', { screens: false, failed: true });
    t.equal(blind, undefined, 'no screen, no picture');
  },
);
