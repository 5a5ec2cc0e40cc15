/**
 * The report of a run in which a guest tries to be more than text in it.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContractRow } from '../../../harness/model/contract.js';
import type { LoggedEvent } from '../../../harness/model/events.js';
import type { ClaimId } from '../../../harness/model/ids.js';
import { writeHtmlReport } from '../../../results/html/write-html-report.js';
import { arpFrame, pcapHead, pcapPacket } from './captures.js';
import { failure, type RunStory } from './events.js';
import { eventsOf, makeRun } from './run-directory.js';
import { everyStatus } from './stories.js';

const script = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">';
/** Colours what follows, and turns it around. */
const turned = '\u001b[31m\u202egnp.exe';
/** Control characters, and the mark that turns text around. */
export const unsafe = /[^\P{Cc}\t\n]|\u202e/u;
export const evidence = 'systemd[1]: Failed to start health.service';
const consoleText = [
  '\u001b[2J\u001b[1;1HGNU GRUB',
  '\u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007 \u001b]0;title\u0007 \u001b[6n',
  'said before the reset',
  '\u001bc\u001b[?2J\u001b[?1049h',
  script + turned,
  `[   12.1] \u001b[31m${evidence}\u001b[0m`,
  'last line',
].join('\r\n');

const story: RunStory = {
  ...everyStatus,
  cases: {
    ...everyStatus.cases,
    'hostile/guest': [
      {
        outcome: 'failed',
        failure: failure({
          message: `bad <b>bold</b> ${script}${turned}`,
          evidence,
          steps: [`in ${turned}`],
          stack: `${script}${turned}`,
        }),
        steps: [[`step ${script}${turned}`, false]],
      },
    ],
  },
  excluded: { 'a/f': `${script}${turned}` },
};

export const contract: readonly ContractRow[] = ['B01', 'B02', 'B03'].map((id) => {
  const row = { id: id as ClaimId, area: 'Boot', promise: script, check: '', expected: '' };
  return { ...row, flags: '', ...(id === 'B03' && { unproven: 'no machine <b>boots</b> so' }) };
});

/** A picture of one pixel. */
const redPixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

export async function makeReport(root: string): Promise<string> {
  const directory = 'cases/hostile/guest/attempt-1/main-0';
  const events = eventsOf('20261122-101500-aaaa', story);
  const began = events.find((one) => one.kind === 'attempt-started' && /^hostile/.test(one.case));
  const startMs = Date.parse(began?.at ?? '');
  const command = {
    kind: 'machine-command',
    machine: 'main-0',
    shown: 'cat it',
    status: 0,
  } as const;
  const printed = { stdout: `printed ${turned}`, stderr: '', durationMs: 3 };
  const ran = { ...began, ...command, ...printed } as LoggedEvent;
  const all = events.flatMap((one) => (one === began ? [one, ran] : [one]));
  const logged = all.map((one, seq) => ({ ...one, seq }));
  const entry = { MESSAGE: `${script}${turned}`, SYSLOG_IDENTIFIER: 'evil', _PID: '7' };
  const runDirectory = await makeRun(root, logged, {
    [`${directory}/console.log`]: consoleText,
    [`${directory}/console.times`]: `0 ${startMs + 500}\n`,
    [`${directory}/journal.jsonl`]: `${JSON.stringify({ ...entry, __REALTIME_TIMESTAMP: `${startMs + 900}000` })}\n`,
    [`${directory}/argv.txt`]: `qemu-system-x86_64 ${script}${turned}`,
    [`${directory}/ignition.json`]: JSON.stringify({
      storage: { files: [{ path: `${script}${turned}` }] },
    }),
  });
  await writeFile(join(runDirectory, directory, 'screen.png'), Buffer.from(redPixel, 'base64'));
  const capture = Buffer.concat([pcapHead, pcapPacket(startMs / 1000, arpFrame())]);
  await writeFile(join(runDirectory, directory, 'nic0.pcap'), capture);
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract, output });
  return output;
}
