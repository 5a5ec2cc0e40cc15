/**
 * The digest chain: every edit of a log is seen, and its place is named.
 */

import fc from 'fast-check';
import t from 'tap';
import { toError } from '../../harness/base/errors.js';
import { linkOf, unchainLine } from '../../results/log-chain.js';
import { parseEventLog } from '../../results/read-event-log.js';
import { logBytes, runEvents } from './support/events.js';
import { everyStatus } from './support/stories.js';

const bytes = logBytes(runEvents(everyStatus));
const lines = bytes.toString('utf8').split('\n').slice(0, -1);

function read(changed: readonly string[]): unknown {
  return parseEventLog(Buffer.from(changed.map((line) => `${line}\n`).join('')), 'log');
}

function problemOf(changed: readonly string[]): string {
  try {
    read(changed);
    return 'none';
  } catch (thrown) {
    return toError(thrown).message;
  }
}

t.test('an edit is found on its line, whatever was changed', async (t) => {
  const index = lines.findIndex((line) => line.includes('"outcome":"failed"'));
  const line = lines[index] ?? '';
  const edited = line.replace('"outcome":"failed"', '"outcome":"passed"');
  t.not(edited, line);
  const number = index + 1;
  const follows = new RegExp(`^log:${number}: the line does not fit its digest after line`);
  t.match(problemOf(lines.with(index, edited)), follows);
  const { body = '' } = unchainLine(edited) ?? {};
  const resealed = `${body.slice(0, -1)},"chain":"${linkOf('0'.repeat(64), body)}"}`;
  t.match(problemOf(lines.with(index, resealed)), follows, 'a digest of its own does not help');
  t.match(problemOf(lines.toSpliced(index, 1)), follows, 'a line that went');
  t.match(problemOf(lines.with(index, body)), /it has no digest at its end/);
});

t.test('no changed byte of a complete line gets through', async (t) => {
  const place = fc.nat({ max: bytes.length - 2 });
  const property = fc.property(place, fc.integer({ min: 1, max: 255 }), (at, mask) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ mask;
    const number = bytes.subarray(0, at).toString('latin1').split('\n').length;
    try {
      return parseEventLog(changed, 'log') === undefined;
    } catch (thrown) {
      const said = Number(/^log:(\d+):/.exec(toError(thrown).message)?.[1]);
      return said >= number - 1 && said <= number + 1;
    }
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
});

t.test('a log that is cut at any byte is a prefix, with one note if it is torn', async (t) => {
  const all = parseEventLog(bytes, 'log').events;
  const property = fc.property(fc.nat({ max: bytes.length }), (cut) => {
    const { events, notes, head } = parseEventLog(bytes.subarray(0, cut), 'log');
    const isTorn = cut > 0 && bytes[cut - 1] !== 0x0a;
    const isPrefix = JSON.stringify(events) === JSON.stringify(all.slice(0, events.length));
    return isPrefix && head.lines === events.length && notes.length === (isTorn ? 1 : 0);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
});

t.test('a log is not believed because it says that it is of a time without a chain', async (t) => {
  const [first, ...rest] = runEvents(everyStatus);
  const old = [{ ...first, schema: 1 }, ...rest].map((event) => JSON.stringify(event));
  t.throws(() => read(old), { code: 'RECORD_TOO_OLD', message: /log:1: schema 1, .*from 2 on/ });
});
