/** The GPT parser against tables that sgdisk wrote, and against each way to damage one. */

import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { type GptResult, parseGpt, parsePrimaryGpt, slotAttributes } from '../../images/gpt.js';
import { skipUnless } from './test-disk.js';

const sectors = 32 * 2048;
const usrType = '5DFBF5F4-2848-4BAC-AA5E-0D9A20B745A6';

async function readSectors(file: string, first: number, count: number): Promise<Buffer> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(count * 512), 0, count * 512, first * 512);
  await handle.close();
  return buffer;
}

async function makeDisk(directory: string): Promise<string> {
  const file = join(directory, 'disk');
  await writeFile(file, '');
  await truncate(file, sectors * 512);
  const slot = ['-n', '3:4096:8191', '-t', `3:${usrType}`, '-c', '3:USR-A'];
  const identity = ['-u', '3:7130C94A-213A-4E5A-8E26-6CCE9662F132'];
  const attributes = ['-A', '3:set:48', '-A', '3:set:53', '-A', '3:set:56'];
  const disk = ['-U', '00000000-0000-0000-0000-000000000001'];
  const env = { PATH: `${process.env['PATH']}:/usr/sbin` };
  await execa('sgdisk', [...slot, ...identity, ...attributes, ...disk, file], { env });
  return file;
}

function damaged(bytes: Buffer, at: number): GptResult {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return parsePrimaryGpt(copy);
}

const skip = await skipUnless('sgdisk');

t.test('tables made by sgdisk', { skip }, async (t) => {
  const file = await makeDisk(t.testdir());
  const start = await readSectors(file, 0, 34);

  t.test('primary', (t) => {
    t.same(parsePrimaryGpt(start), {
      kind: 'table',
      table: {
        diskGuid: '00000000-0000-0000-0000-000000000001',
        otherHeaderSector: sectors - 1,
        partitions: [
          {
            number: 3,
            label: 'USR-A',
            typeGuid: usrType.toLowerCase(),
            guid: '7130c94a-213a-4e5a-8e26-6cce9662f132',
            firstSector: 4096,
            sectors: 4096,
            attributes: '0121000000000000',
            slot: { priority: 1, tries: 2, successful: true },
          },
        ],
      },
    });
    t.end();
  });

  t.test('backup, read from the end of the disk', async (t) => {
    const firstSector = sectors - 33;
    const bytes = await readSectors(file, firstSector, 33);
    const result = parseGpt({ bytes, firstSector, headerSector: sectors - 1 });
    t.match(result, { kind: 'table', table: { otherHeaderSector: 1 } });
    const misplaced = parseGpt({ bytes, firstSector: 0, headerSector: 32 });
    t.match(misplaced, { reason: `header says that it is in sector ${sectors - 1}, it is in 32` });
  });

  t.test('damage', (t) => {
    const reasonFor = (at: number) => damaged(start, at);
    t.match(reasonFor(512), { kind: 'corrupt', reason: 'no "EFI PART" signature in sector 1' });
    t.match(reasonFor(512 + 14), { reason: /^header length is \d+$/ });
    t.match(reasonFor(512 + 60), { reason: 'header checksum does not match' });
    t.match(reasonFor(1024 + 128 * 2 + 50), {
      reason: 'partition entries checksum does not match',
    });
    t.match(parsePrimaryGpt(start.subarray(0, 700)), { reason: 'header in sector 1 is cut off' });
    const cut = { reason: 'the 128 partition entries are cut off' };
    t.match(parsePrimaryGpt(start.subarray(0, 4096)), cut);
    t.match(parsePrimaryGpt(Buffer.alloc(0)), { kind: 'corrupt' });
    t.end();
  });

  t.test('any flipped byte of header or entries is noticed', (t) => {
    for (let at = 512; at < 604; at += 1) t.equal(damaged(start, at).kind, 'corrupt', `byte ${at}`);
    for (let at = 1024; at < 17408; at += 61) t.equal(damaged(start, at).kind, 'corrupt');
    t.end();
  });
});

t.test('slot attributes', (t) => {
  t.same(slotAttributes(0n), { priority: 0, tries: 0, successful: false });
  t.same(slotAttributes(0x00ff_ffff_ffff_ffffn), { priority: 15, tries: 15, successful: false });
  t.same(slotAttributes(0x0100_0000_0000_0001n), { priority: 0, tries: 0, successful: true });
  t.end();
});
