/**
 * Run directories for tests, with the files that a real run leaves.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoggedEvent } from '../../../harness/model/events.js';
import { foldRun } from '../../../results/fold.js';
import { parseEventLog } from '../../../results/read-event-log.js';
import { writeRecord } from '../../../results/record-file.js';
import { logBytes, type RunStory, runEvents } from './events.js';

/** The events of a story under another run id; `change` edits the first event. */
export function eventsOf(run: string, story: RunStory, change: object = {}): LoggedEvent[] {
  const [start, ...rest] = runEvents(story);
  return [{ ...start, run, ...change } as LoggedEvent, ...rest];
}

/** Writes `<root>/<run>` with log, record and the files given by their relative paths. */
export async function makeRun(
  root: string,
  events: readonly LoggedEvent[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [start] = events;
  const directory = join(root, start?.kind === 'run-started' ? start.run : 'no-run');
  await mkdir(directory, { recursive: true });
  const bytes = logBytes(events);
  await writeFile(join(directory, 'events.jsonl'), bytes);
  const { notes, head } = parseEventLog(bytes, 'log');
  await writeRecord(directory, foldRun(events, notes), head);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  }
  return directory;
}
