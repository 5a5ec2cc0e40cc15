/**
 * A process that promotes and is killed on the way: arguments are the gate's directory, the key, and the
 * number of the write of which it does only half. Prints how the promotion ended when there are fewer
 * writes than that.
 */

import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { channelDirectory } from '../../../../results/gate/channel-directory.js';
import { promote } from '../../../../results/gate/promote.js';
import { openSigner } from '../../../../results/gate/signers.js';
import { now } from '../../../support/gate-world.js';

const [directory = '', key = '', last = ''] = process.argv.slice(2);
let writes = 0;

type Call = (...args: never[]) => Promise<unknown>;

/** Dies in the place of the call, or after half of what it would have written. */
function mortal<F extends Call>(call: F, dataAt?: number): F {
  return async function (this: unknown, ...args: never[]) {
    writes += 1;
    if (writes < Number(last)) return await call.apply(this as never, args);
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

const { outcome } = await promote(
  { version: '4230.1.0', to: 'beta' },
  {
    directory,
    publisher: channelDirectory(join(directory, 'channels')),
    signers: [await openSigner(key)],
    now,
    signal: new AbortController().signal,
  },
);
process.stdout.write(`${outcome} after ${writes} writes\n`);
