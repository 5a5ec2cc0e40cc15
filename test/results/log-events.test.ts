/**
 * What files of an attempt say happened when: one clock for consoles, journals, packets, pictures.
 */

import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { logEvents } from '../../results/html/log-events.js';
import type { Standstill } from '../../results/html/machine-clock.js';
import { arpFrame, ethernet, pcapHead, pcapPacket } from './support/captures.js';

const startMs = Date.UTC(2026, 10, 22, 10, 15, 0);

async function eventsIn(
  root: string,
  files: Readonly<Record<string, string | Buffer>>,
  changes: {
    readonly most?: number;
    readonly mostBytes?: number;
    readonly stood?: readonly Standstill[];
  } = {},
) {
  const directory = join(root, 'attempt-1');
  await mkdir(join(directory, 'main-0'), { recursive: true });
  for (const [name, contents] of Object.entries(files)) {
    await writeFile(join(directory, 'main-0', name), contents);
  }
  const { most = 100, mostBytes = 1e6, stood = [] } = changes;
  const standstills = new Map([['main-0', stood]]);
  const request = { directory, startMs, endMs: startMs + 60_000, standstills, most, mostBytes };
  return logEvents(request);
}

const said = (events: Awaited<ReturnType<typeof eventsIn>>) =>
  events.map(({ atMs, kind, text }) => [atMs, kind, text]);

t.test('a line of the console is as old as its last byte', async (t) => {
  const console = 'old\nfirst\r\nse\u001b[31mcond\n\nlast';
  const at = (text: string) => console.indexOf(text);
  const times = [
    [at('first'), startMs + 1_000],
    [at('se'), startMs + 2_000],
    [at('cond'), startMs + 3_000],
    [at('last'), startMs + 9_000],
  ];
  const text = times.map((pair) => `${pair.join(' ')}\n`).join('');
  const files = { 'console.log': console, 'console.times': `${text}torn` };
  t.same(said(await eventsIn(t.testdir(), files)), [
    [1_000, 'console', 'main-0: first'],
    [3_000, 'console', 'main-0: second'],
    [9_000, 'console', 'main-0: last'],
  ]);
  const tail = await eventsIn(t.testdir(), files, { mostBytes: 5 });
  const before = 'what came before is only in main-0/console.log';
  t.same(said(tail), [
    [9_000, 'console', before],
    [9_000, 'console', 'main-0: last'],
  ]);
  t.same(await eventsIn(t.testdir({}), { 'console.log': console, 'console.times': '' }), []);
});

t.test('of a journal what was said in the attempt; of many entries the last', async (t) => {
  const entry = (atMs: number, message: string) =>
    `${JSON.stringify({ MESSAGE: message, SYSLOG_IDENTIFIER: 'a', __REALTIME_TIMESTAMP: String(atMs * 1000) })}\n`;
  const journal = [-3_600_000, 1_000, 2_000, 3_000].map((ms) => entry(startMs + ms, `at ${ms}`));
  const events = await eventsIn(t.testdir(), { 'journal.jsonl': journal.join('') }, { most: 2 });
  t.same(said(events), [
    [1_000, 'journal', 'what came before is only in main-0/journal.jsonl'],
    [2_000, 'journal', 'main-0: a: at 2000'],
    [3_000, 'journal', 'main-0: a: at 3000'],
  ]);
});

t.test('a journal whose guest has the wrong time is placed by the host’s', async (t) => {
  const entry = (message: string) =>
    `${JSON.stringify({ MESSAGE: message, SYSLOG_IDENTIFIER: 'a', __REALTIME_TIMESTAMP: '1000000' })}\n`;
  const [old, fresh] = [entry('before the fork'), entry('after it')];
  const files = {
    'journal.jsonl': old + fresh,
    'journal.times': `${old.length} ${startMs + 700}\n`,
  };
  t.same(said(await eventsIn(t.testdir(), files)), [[700, 'journal', 'main-0: a: after it']]);
});

t.test('a capture of a machine that was frozen is put back on the host’s clock', async (t) => {
  const seconds = startMs / 1000;
  const announcement = Buffer.concat([ethernet(0x8035), Buffer.alloc(28)]);
  const capture = (...frames: readonly Buffer[]) =>
    Buffer.concat([
      pcapHead,
      ...frames.map((frame, at) => pcapPacket(seconds + 30 + at, frame, 0)),
    ]);
  const times = async (
    bytes: Buffer,
    ...stood: readonly (readonly [number | undefined, number])[]
  ) => {
    const all = stood.map(([from, to]): Standstill => {
      return { fromMs: from === undefined ? undefined : startMs + from, toMs: startMs + to };
    });
    const files = { 'nic0.pcap': bytes };
    return (await eventsIn(t.testdir(), files, { stood: all })).map(({ atMs }) => atMs);
  };
  const frozen = capture(announcement, arpFrame(), arpFrame());
  t.same(await times(frozen, [undefined, 10_000]), [10_000, 11_000, 12_000]);
  t.same(await times(frozen), [30_000, 31_000, 32_000]);
  t.same(await times(capture(arpFrame()), [undefined, 10_000]), [30_000], 'nothing was announced');
  const paused = await times(frozen, [undefined, 10_000], [10_500, 15_500], [16_500, 18_500]);
  t.same(paused, [10_000, 16_000, 19_000], 'whoever stands still misses what passes');
  t.same(await times(frozen, [30_500, 40_500]), [30_000, 41_000, 42_000], 'one that was booted');
});

t.test('of a long capture the last packets, and what is not shown', async (t) => {
  const packets = Array.from({ length: 900 }, (_, at) =>
    pcapPacket(startMs / 1000 + Math.floor(at / 100), arpFrame(), (at % 100) * 10_000),
  );
  const capture = Buffer.concat([pcapHead, ...packets]);
  const events = await eventsIn(t.testdir(), { 'nic0.pcap': capture }, { mostBytes: 4_000 });
  const atTimes = events.map(({ atMs }) => atMs);
  t.equal(atTimes.at(-1), 8_990, 'the end is there');
  t.ok((atTimes[0] ?? 0) > 8_000 && atTimes.length > 20);
  t.equal(events[0]?.text, 'what came before is only in main-0/nic0.pcap');

  const torn = Buffer.concat([capture, Buffer.alloc(8_000, 7)]);
  const cut = await eventsIn(t.testdir({}), { 'nic0.pcap': torn }, { mostBytes: 4_000 });
  t.equal(cut[0]?.atMs, 0, 'without its end the beginning');
  t.equal(cut.at(-1)?.text, 'what came after is only in main-0/nic0.pcap');
});

t.test('a frozen machine’s long capture is on the host’s clock too', async (t) => {
  const announcement = Buffer.concat([ethernet(0x8035), Buffer.alloc(28)]);
  const seconds = startMs / 1000 + 30;
  const packets = Array.from({ length: 300 }, (_, at) =>
    pcapPacket(seconds + at / 100, arpFrame(), (at % 100) * 10_000),
  );
  const capture = Buffer.concat([pcapHead, pcapPacket(seconds, announcement, 0), ...packets]);
  const change = { mostBytes: 4_000, stood: [{ fromMs: undefined, toMs: startMs + 10_000 }] };
  const events = await eventsIn(t.testdir(), { 'nic0.pcap': capture }, change);
  t.equal(events.at(-1)?.atMs, 12_990);
});

t.test(
  'a journal of which only the end was read says so, unless that is all of the attempt',
  async (t) => {
    const entry = (ms: number) =>
      `${JSON.stringify({ MESSAGE: `at ${ms}`, SYSLOG_IDENTIFIER: 'a', __REALTIME_TIMESTAMP: String((startMs + ms) * 1000) })}\n`;
    const texts = async (times: readonly number[]) => {
      const files = { 'journal.jsonl': times.map(entry).join('') };
      // And a part of the one before, which is no entry.
      const mostBytes = 3 * entry(1_000).length + 20;
      return (await eventsIn(t.testdir({}), files, { mostBytes })).map(({ text }) => text);
    };
    t.match(await texts([1_000, 2_000, 3_000, 4_000, 5_000]), [/^what came before/, /at 3000$/]);
    t.match(await texts([-90_000, -80_000, -70_000, 4_000, 5_000]), [/at 4000$/, /at 5000$/]);
  },
);

t.test('a picture is from when it was taken, or else from the end', async (t) => {
  const root = t.testdir();
  const path = join(root, 'attempt-1', 'main-0', 'screen.png');
  const [late] = await eventsIn(root, { 'screen.png': 'x' });
  t.match(late, { atMs: 60_000, kind: 'screen', file: 'main-0/screen.png' });
  await utimes(path, new Date(), new Date(startMs + 5_000));
  t.equal((await eventsIn(root, {}))[0]?.atMs, 5_000);
});
