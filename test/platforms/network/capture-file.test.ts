/**
 * A capture never grows beyond its bound, loses nothing when it turns, and says what it left out.
 */

import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { CaptureFile, mostUnwrittenBytes } from '../../../platforms/network/capture-file.js';
import { encodeFrame } from '../../../platforms/network/frame.js';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { skipUnless } from '../../images/test-disk.js';

interface Block {
  readonly type: number;
  readonly body: Buffer;
}

/** The blocks of a file, whose lengths are before and behind each. */
async function blocksOf(file: string): Promise<readonly Block[]> {
  const bytes = await readFile(file);
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.readUInt32LE(at + length - 4) !== length) throw new Error(`a torn block at ${at}`);
    blocks.push({ type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

const packet = 6;
const statistics = 5;

/** The number that a frame of {@link frameOf} has. */
const numberOf = ({ body }: Block) => body.readUInt32LE(20 + 14);

function frameOf(n: number, length = 100): Buffer {
  const payload = Buffer.alloc(length - 14);
  payload.writeUInt32LE(n);
  const source = '52:54:00:00:00:01';
  return encodeFrame({ destination: broadcastMac, source, etherType: 0x88b5, payload });
}

/** What is behind a packet of 256 bytes, if anything is. */
const leftOutBefore = ({ body }: Block) => {
  return body.length > 20 + 256 ? Number(body.readBigUInt64LE(20 + 256 + 4)) : 0;
};

t.test('the bound holds, and what is kept is whole and the newest', async (t) => {
  const file = join(t.testdir({}), 'lan.pcapng');
  const limitBytes = 64 * 1024;
  const capture = new CaptureFile({ file, name: 'lan', limitBytes });
  const frames = 3000;
  for (let n = 0; n < frames; n += 1) {
    capture.write(frameOf(n));
    // Now at once, now with the disk's own pace between.
    if (n % 700 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await capture.close();
  const files = [`${file}.before`, file];
  for (const one of files) t.ok((await stat(one)).size <= limitBytes / 2, `${one} is within`);
  t.ok((await stat(`${file}.before`)).size > limitBytes / 2 - 300, 'and full before it turned');
  const blocks = await Promise.all(files.map(blocksOf));
  const numbers = blocks
    .flat()
    .filter(({ type }) => type === packet)
    .map(numberOf);
  const first = numbers[0] as number;
  t.ok(first > 0, 'the beginning made room');
  t.strictSame(
    numbers,
    Array.from({ length: frames - first }, (_, n) => first + n),
  );
  const dropped = blocks.map((all) => all.find(({ type }) => type === statistics)?.body);
  t.strictSame(
    dropped.map((body) => body?.readBigUInt64LE(16)),
    [0n, 0n],
  );
});

t.test('what the disk did not take in time is counted in the file', async (t) => {
  const file = join(t.testdir({}), 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 64 * 2 ** 20 });
  const frames = (mostUnwrittenBytes / 256) * 2;
  // Nothing is written while nobody waits.
  for (let n = 0; n < frames; n += 1) capture.write(frameOf(n, 1500));
  const probe = 288;
  let n = frames;
  // As soon as there is room again, a packet beyond what could wait is in the file.
  while ((await stat(file)).size < mostUnwrittenBytes + 3 * probe) {
    capture.write(frameOf(n, 1500));
    n += 1;
  }
  await capture.close();
  const blocks = await blocksOf(file);
  const packets = blocks.filter(({ type }) => type === packet);
  const leftOut = n - packets.length;
  t.ok(leftOut > frames / 4, `${leftOut} of ${n} left out`);
  const told = packets.filter((one) => leftOutBefore(one) > 0);
  t.equal(told.length, 1);
  for (const one of told) {
    t.equal(leftOutBefore(one), leftOut);
    t.equal(numberOf(one), packets.indexOf(one) + leftOut, 'the next that was taken');
  }
  const end = blocks.at(-1);
  t.equal(end?.type, statistics);
  t.equal(Number(end?.body.readBigUInt64LE(16)), leftOut);
});

t.test('who was kept from a packet stands beside it', async (t) => {
  const file = join(t.testdir({}), 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 4096 });
  capture.write(frameOf(0), ['b-0: partition', 'c-0: unplugged']);
  capture.write(frameOf(1));
  await capture.close();
  const [told, plain] = (await blocksOf(file)).filter(({ type }) => type === packet);
  const options = told?.body.subarray(20 + 100) ?? Buffer.alloc(0);
  const comment = 'not delivered to b-0: partition, c-0: unplugged';
  t.equal(options.readUInt16LE(0), 1, 'opt_comment');
  t.equal(options.toString('utf8', 4, 4 + options.readUInt16LE(2)), comment);
  t.equal(options.length, 4 + 48 + 4, 'padded, and the end of options');
  t.equal(plain?.body.length, 20 + 100, 'none');
});

t.test('times do not go back, whoever sets the clock', async (t) => {
  const file = join(t.testdir({}), 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 4096 });
  const before = Date.now();
  t.intercept(Date, 'now', { value: () => before - 3_600_000 });
  capture.write(frameOf(0));
  await capture.close();
  const [only] = (await blocksOf(file)).filter(({ type }) => type === packet);
  const high = BigInt(only?.body.readUInt32LE(4) ?? 0);
  const microseconds = (high << 32n) + BigInt(only?.body.readUInt32LE(8) ?? 0);
  t.ok(Math.abs(Number(microseconds) / 1000 - before) < 60_000);
});

t.test('others can read it', { skip: await skipUnless('tcpdump') }, async (t) => {
  const file = join(t.testdir({}), 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 4096 });
  for (let n = 0; n < 40; n += 1) capture.write(frameOf(n));
  await capture.close();
  for (const one of [`${file}.before`, file]) {
    const { stdout } = await execa('tcpdump', ['-nr', one]);
    t.match(stdout, /ethertype Unknown \(0x88b5\)/);
  }
});

t.test('a place that can not be written costs nothing but the capture', async (t) => {
  const file = join(t.testdir({}), 'none', 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 4096 });
  for (let n = 0; n < 100; n += 1) capture.write(frameOf(n));
  await t.resolves(capture.close());
});

t.test('a file that is taken away does not stop the network', async (t) => {
  const file = join(t.testdir({}), 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 4096 });
  await rm(file);
  for (let n = 0; n < 16; n += 1) capture.write(frameOf(n));
  await capture.close();
  const numbers = (await blocksOf(file)).filter(({ type }) => type === packet).map(numberOf);
  t.equal(numbers.at(-1), 15);
});
