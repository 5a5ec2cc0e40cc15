/**
 * The comparison of two builds: what is the same, what only one has, and where a disk differs.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compareBuilds, placeOnDisk } from '../../../images/reference/check-build.js';

const { signal } = new AbortController();
const slotless = { priority: 0, tries: 0, successful: false };

t.test('two builds that are the same', async (t) => {
  const files = () => ({ 'disk.raw': 'disk', 'version.txt': 'one' });
  const directory = t.testdir({ one: files(), other: files() });
  t.same(await compareBuilds(join(directory, 'one'), join(directory, 'other'), signal), []);
});

t.test('files that differ, by a bit, and files that only one has', async (t) => {
  const directory = t.testdir({});
  const [one, other] = ['one', 'other'].map((name) => join(directory, name)) as [string, string];
  const bytes = Buffer.alloc(5 * 2 ** 20, 7);
  for (const [at, mine] of [
    [one, 'a.raw'],
    [other, 'b.raw'],
  ] as const) {
    mkdirSync(at);
    writeFileSync(join(at, mine), 'x');
    writeFileSync(join(at, 'disk.raw'), bytes);
    writeFileSync(join(at, 'same.raw'), 'same');
    bytes[bytes.length - 1] = 6;
  }
  t.same(await compareBuilds(one, other, signal), [
    { file: 'a.raw', what: 'only the first build has it' },
    { file: 'b.raw', what: 'only the second build has it' },
    { file: 'disk.raw', what: 'its bytes differ' },
  ]);
});

t.test('a byte of a disk lies in a partition, or in none', async (t) => {
  const common = { typeGuid: '', guid: '', attributes: '', slot: slotless };
  const partitions = [
    { ...common, number: 1, label: 'EFI-SYSTEM', firstSector: 4096, sectors: 2048 },
    { ...common, number: 3, label: 'USR-A', firstSector: 6144, sectors: 2048 },
  ];
  const place = (sector: number) => placeOnDisk(sector * 512 + 100, { partitions });
  t.match(place(4096), /byte 2097252, in partition 1 \(EFI-SYSTEM\)$/);
  t.match(place(6143), /partition 1 /);
  t.match(place(6144), /partition 3 \(USR-A\)$/);
  t.match(place(1), /in no partition$/);
});
