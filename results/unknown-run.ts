/**
 * What stands in a record for the facts of a run whose log ended before its first complete line.
 */

import { type LoggedEvent, recordSchema } from '../harness/model/events.js';
import { makeRunId } from '../harness/model/ids.js';

const epoch = new Date(0);
const text = 'unknown';

/** A start that says that nothing is known; its times are the Unix epoch. */
export const unknownStart: Extract<LoggedEvent, { readonly kind: 'run-started' }> = {
  kind: 'run-started',
  seq: 0,
  at: epoch.toISOString(),
  schema: recordSchema,
  run: makeRunId(epoch, '0000'),
  version: text,
  argv: [],
  seed: 0,
  image: {
    name: text,
    osName: text,
    channel: text,
    version: text,
    arch: text,
    sha256: text,
    origin: text,
  },
  platform: text,
  host: {
    os: text,
    kernel: text,
    cpuModel: text,
    cpus: 0,
    memoryMiB: 0,
    node: text,
    qemu: text,
    accelerator: { name: 'tcg', reason: text },
    slowness: 1,
  },
};
