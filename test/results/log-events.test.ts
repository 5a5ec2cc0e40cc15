/**
 * What files of an attempt say happened when: one clock for consoles, journals, packets, pictures.
 */

import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { logEvents } from '../../results/html/log-events.js';
import { arpFrame, ethernet, pcapHead, pcapPacket } from './support/captures.js';

const startMs = Date.UTC(2026, 10, 22, 10, 15, 0);

async function eventsIn(
  root: string,
  files: Readonly<Record<string, string | Buffer>>,
  changes: { readonly most?: number; readonly mostBytes?: number; readonly resumed?: number } = {},
) {
  const directory = join(root, 'attempt-1');
  await mkdir(join(directory, 'main-0'), { recursive: true });
  for (const [name, contents] of Object.entries(files)) {
    await writeFile(join(directory, 'main-0', name), contents);
  }
  const { most = 100, mostBytes = 1e6, resumed } = changes;
  const resumedMs = new Map(resumed === undefined ? [] : [['main-0', resumed] as const]);
  const request = { directory, startMs, endMs: startMs + 60_000, resumedMs, most, mostBytes };
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
  t.same(said(tail), [[9_000, 'console', 'main-0: last']]);
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
  const times = async (bytes: Buffer, resumed?: number) => {
    const change = resumed === undefined ? {} : { resumed };
    return (await eventsIn(t.testdir(), { 'nic0.pcap': bytes }, change)).map(({ atMs }) => atMs);
  };
  const frozen = capture(announcement, arpFrame());
  t.same(await times(frozen, startMs + 10_000), [10_000, 11_000]);
  t.same(await times(frozen), [30_000, 31_000]);
  t.same(await times(capture(arpFrame()), startMs + 10_000), [30_000], 'it was only paused');
});

t.test('a picture is from when it was taken, or else from the end', async (t) => {
  const root = t.testdir();
  const path = join(root, 'attempt-1', 'main-0', 'screen.png');
  const [late] = await eventsIn(root, { 'screen.png': 'x' });
  t.match(late, { atMs: 60_000, kind: 'screen', file: 'main-0/screen.png' });
  await utimes(path, new Date(), new Date(startMs + 5_000));
  t.equal((await eventsIn(root, {}))[0]?.atMs, 5_000);
});
