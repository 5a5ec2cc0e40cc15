/**
 * A process that acts on a gate and is killed on the way: its argument says which act, where, and the
 * number of the write of which it does only half. Prints how many there were when there are fewer.
 */

import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { channelDirectory } from '../../../../results/gate/channel-directory.js';
import { nebraskaPublisher } from '../../../../results/gate/nebraska/publisher.js';
import type { GateContext } from '../../../../results/gate/open-ledger.js';
import { promote } from '../../../../results/gate/promote.js';
import { openSigner } from '../../../../results/gate/signers.js';
import { adopt, revoke } from '../../../../results/gate/unjudged-acts.js';
import { candidate, now } from '../../../support/gate-values.js';

/** What is done, as JSON. */
export interface Order {
  readonly act: keyof typeof acts;
  readonly directory: string;
  readonly key: string;
  /** Of the write that is its last. */
  readonly last: number;
  /** An instance that has the channels. */
  readonly nebraska?: { readonly url: string; readonly app: string };
}

const acts = {
  promote: async (context: GateContext) => {
    return await promote({ version: '4230.1.0', to: 'beta' }, context);
  },
  adopt: async (context: GateContext) => await adopt(candidate('4152.2.0'), 'stable', context),
  revoke: async (context: GateContext) => {
    return await revoke(candidate('4230.1.0'), 'it loses data', context);
  },
} as const;

const { act, directory, key, last, nebraska } = JSON.parse(process.argv[2] ?? '') as Order;
let writes = 0;

type Call = (...args: never[]) => Promise<unknown>;

/** Dies in the place of the call, or after half of what it would have written. */
function mortal<F extends Call>(call: F, dataAt?: number): F {
  return async function (this: unknown, ...args: never[]) {
    writes += 1;
    if (writes < last) return await call.apply(this as never, args);
    const data = dataAt === undefined ? undefined : (args[dataAt] as unknown);
    if (typeof data === 'string') {
      const some = data.slice(0, data.length / 2) as never;
      await call.apply(this as never, args.with(dataAt ?? 0, some) as never[]);
    }
    process.kill(process.pid, 'SIGKILL');
    return await new Promise(() => undefined);
  } as F;
}

async function patchHandles(): Promise<void> {
  await using handle = await fs.open(directory, 'r');
  const methods = Object.getPrototypeOf(handle) as FileHandle;
  methods.writeFile = mortal(methods.writeFile as Call, 0) as FileHandle['writeFile'];
  methods.sync = mortal(methods.sync as Call) as FileHandle['sync'];
  methods.truncate = mortal(methods.truncate as Call) as FileHandle['truncate'];
}

await patchHandles();
const open = fs.open;
const mortalOpen = mortal(open as Call) as typeof open;
Object.assign(fs, {
  mkdir: mortal(fs.mkdir as Call),
  rename: mortal(fs.rename as Call),
  rm: mortal(fs.rm as Call),
  symlink: mortal(fs.symlink as Call),
  appendFile: mortal(fs.appendFile as Call, 1),
  open: async (path: string, flags: string) => {
    return flags === 'r' ? await open(path, flags) : await mortalOpen(path, flags);
  },
});
syncBuiltinESMExports();

const pause = mortal(async () => undefined);
const send = globalThis.fetch;
/** A change of the server may be the last thing that is done, or the first that is not. */
globalThis.fetch = async (input, init) => {
  const isChange = init?.method === 'PUT';
  if (isChange) await pause();
  const response = await send(input, init);
  if (isChange) await pause();
  return response;
};

const { signal } = new AbortController();
const publisher = nebraska
  ? nebraskaPublisher({ ...nebraska, records: join(directory, 'records'), signal })
  : channelDirectory(join(directory, 'channels'), signal);
await acts[act]({ directory, publisher, signers: [await openSigner(key)], now, signal });
process.stdout.write(`${writes} writes\n`);
