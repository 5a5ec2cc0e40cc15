/**
 * Threads do what one alone does, tell what went wrong, and end.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import type { AttemptRecord } from '../../harness/model/record.js';
import type { AttemptPlace } from '../../results/html/compress-attempt.js';
import { openReportThreads } from '../../results/html/report-threads.js';

const attempt = {
  attempt: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
} as AttemptRecord;

async function placeOf(t: Test, key: string): Promise<AttemptPlace> {
  const directory = join(t.testdirName, key);
  await mkdir(join(directory, 'main-0'), { recursive: true });
  await writeFile(join(directory, 'main-0', 'console.log'), `ahoy from ${key}\n`);
  return { key, directory, attempt, isPassed: true, standstills: new Map(), told: [] };
}

t.test('many attempts by threads, few by this one: the same', async (t) => {
  t.testdir();
  const places = await Promise.all(['1 a', '1 b', '2 b'].map((key) => placeOf(t, key)));
  await using threads = openReportThreads(100);
  await using alone = openReportThreads(3);
  t.ok(threads.atOnce >= 2, 'several are in work');
  for (const place of places) {
    const [one, other] = [await threads.compress(place), await alone.compress(place)];
    t.strictSame(one, other);
    t.equal(one.key, place.key);
    const [file] = one.files;
    t.match(file, { name: 'main-0/console.log', leftOut: 'nothing' });
    const text = gunzipSync(Buffer.from(file?.base64 ?? '', 'base64')).toString();
    t.equal(text, `ahoy from ${place.key}\n`);
  }
  const [first, second] = places.map(({ directory }) => directory);
  const compared = { failed: first ?? '', passed: second ?? '' };
  const news = await threads.compare(compared);
  t.strictSame(news, await alone.compare(compared));
  t.match(news?.lines, [{ file: 'main-0/console.log', text: 'ahoy from 1 a' }]);
});

t.test('what goes wrong in a thread is thrown here', async (t) => {
  t.testdir();
  const place = await placeOf(t, 'broken');
  const broken = { ...place, told: undefined as unknown as AttemptPlace['told'] };
  await using threads = openReportThreads(100);
  await t.rejects(threads.compress(broken), { name: 'TypeError' });
  t.equal((await threads.compress(place)).key, 'broken', 'and the next is done');
});
