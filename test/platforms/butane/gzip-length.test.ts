/**
 * How long Go's gzip makes a text: of what the original packed for the corpus, and where that decides.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { t } from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { codeLengths } from '../../../platforms/butane/code-lengths.js';
import { encodeData } from '../../../platforms/butane/encode-data.js';
import { tokensOf } from '../../../platforms/butane/flate-tokens.js';
import { gzipLength } from '../../../platforms/butane/gzip-length.js';

const corpus = join(projectRoot(), 'test', 'platforms', 'butane', 'corpus');
const packed = {
  '014-gzip-auto-compression': 2,
  '031-ignition-config-merge': 1,
  '034-ignition-tls-authorities': 1,
};

t.test('what the original packed has the length that it would have', async (t) => {
  for (const [name, times] of Object.entries(packed)) {
    const text = readFileSync(join(corpus, name, 'expected.ign'), 'utf8');
    const found = [...text.matchAll(/"data:;base64,(H4sI[^"]*)"/g)];
    t.equal(found.length, times);
    for (const [, base64 = ''] of found) {
      const bytes = Buffer.from(base64, 'base64');
      t.equal(gzipLength(gunzipSync(bytes)), bytes.length, name);
    }
  }
});

t.test('where zlib would be a little longer, gzip pays all the same', async (t) => {
  const text =
    'run docker --rm Qrun listen:run  /80/usr/bin/docker /usr/bin/Q/usr/bin/run server\n';
  t.equal(encodeData(Buffer.from(`${text}server80`)).compression, 'gzip');
  t.equal(encodeData(Buffer.from(text)).compression, '');
});

t.test('nothing, one byte, and what can not be packed', async (t) => {
  t.equal(gzipLength(new Uint8Array()), 23);
  t.equal(gzipLength(Buffer.from('a')), 26);
  const every = Uint8Array.from({ length: 256 }, (_, at) => at);
  t.equal(gzipLength(every), 10 + 5 + 256 + 5 + 8, 'it is stored');
});

t.test('strings of four bytes and more are repeated, the longer of two', async (t) => {
  t.strictSame(tokensOf(Buffer.from('abc abc')).length, 7);
  t.strictSame(tokensOf(Buffer.from('abcdabcd')).at(-1), { length: 4, distance: 4 });
  t.strictSame(tokensOf(Buffer.from('abcd bcdefg abcdefg')).slice(12), [
    0x61,
    { length: 6, distance: 8 },
  ]);
  t.strictSame(tokensOf(Buffer.from('a'.repeat(600))).slice(1), [
    { length: 258, distance: 1 },
    { length: 258, distance: 1 },
    { length: 83, distance: 1 },
  ]);
});

t.test('codes are no longer than they may be', async (t) => {
  const counts = [1, 1, 2, 3, 5, 8, 13, 21, 0];
  t.strictSame(codeLengths(counts, 15), [7, 7, 6, 5, 4, 3, 2, 1, 0]);
  const limited = codeLengths(counts, 4);
  t.equal(Math.max(...limited), 4);
  t.equal(
    limited.reduce((sum, bits) => sum + (bits && 2 ** -bits), 0),
    1,
  );
  t.strictSame(codeLengths([0, 5, 0, 1], 15), [0, 1, 0, 1]);
});
