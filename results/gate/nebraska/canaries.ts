/**
 * Canary evidence from the machines of a group of a Nebraska instance: which release they run, and all
 * that their status history says of it.
 */

import { z } from 'zod';
import { canaryReport, type MachineStory, type Sighting } from '../canary/machine-story.js';
import type { CanaryReport } from '../field-evidence.js';
import { NebraskaApi, type NebraskaOptions } from './api.js';

/** Which machines are asked about, and what. */
export interface NebraskaCanaries extends NebraskaOptions {
  /** Its id or product id. */
  readonly app: string;
  readonly group: string;
  readonly version: string;
  /** The release before. */
  readonly baseline: string;
  readonly now: Date;
}

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** Where a list is empty, older instances say null. */
function listOf<T extends z.ZodType>(entry: T) {
  return z
    .array(entry)
    .nullable()
    .transform((entries) => entries ?? []);
}

const instance = z.object({
  id: z.string().min(1),
  application: z.object({
    version: z.string(),
    last_check_for_updates: instant,
  }),
});
type Instance = z.infer<typeof instance>;

const instancePage = z
  .object({ total: z.int().min(0), instances: listOf(instance) })
  .transform(({ total, instances }) => ({ total, entries: instances }));

/** Newest first. `version` is that of the update in question. */
const history = listOf(
  z.object({
    status: z.int(),
    version: z.string(),
    created_ts: instant,
    error_code: z.string().nullable().optional(),
  }),
);
type Entry = z.infer<typeof history>[number];

/** Source: flatcar/nebraska, backend/pkg/api/internal/types/instance.go. */
const meanings: Readonly<Record<number, Sighting['what']>> = {
  3: 'failed',
  4: 'runs',
  5: 'installed',
};

/** Machines that were not heard of for longer are not in the group any more; the longest there is. */
const duration = '30d';
const historyEntries = 1000;
const silentMs = 24 * 3_600_000;
const requestsAtOnce = 4;

/** Throws BAD_URL, NEBRASKA_REFUSED (usage), NEBRASKA_UNREACHABLE, NEBRASKA_FAILED, NEBRASKA_ANSWER. */
export async function canariesOfNebraska(question: NebraskaCanaries): Promise<CanaryReport> {
  const { app, group, url, version, baseline, now } = question;
  const api = new NebraskaApi(question);
  const path = `/api/apps/${encodeURIComponent(app)}/groups/${encodeURIComponent(group)}/instances`;
  const query = { status: 0, duration, sortFilter: 0, sortOrder: 0 };
  const instances = await api.all({ path, query }, instancePage);
  // The list may change between two of its pages.
  const machines = [...new Map(instances.map((one) => [one.id, one])).values()];
  const stories = await inParts(machines, async (one): Promise<MachineStory> => {
    const own = `${path}/${encodeURIComponent(one.id)}/status_history`;
    const entries = await api.request({ path: own, query: { limit: historyEntries } }, history);
    return { machine: one.id, sightings: sightingsOf(one, entries) };
  });
  const source = `nebraska ${new URL(url).host} ${app} ${group}`;
  return canaryReport(stories, { source, version, baseline, nowMs: now.getTime(), silentMs });
}

/** A machine that came with its release was never updated to it, and its history is empty. */
function sightingsOf({ application }: Instance, entries: readonly Entry[]): readonly Sighting[] {
  const { version, last_check_for_updates: atMs } = application;
  const heard = [...entries].reverse().flatMap((entry): Sighting[] => {
    const what = meanings[entry.status];
    if (what === undefined) return [];
    const code = entry.error_code || undefined;
    return [{ atMs: entry.created_ts, version: entry.version, what, ...(code && { code }) }];
  });
  return [...heard, { atMs, version, what: 'runs' }];
}

async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += requestsAtOnce) {
    done.push(...(await Promise.all(all.slice(from, from + requestsAtOnce).map(work))));
  }
  return done;
}
