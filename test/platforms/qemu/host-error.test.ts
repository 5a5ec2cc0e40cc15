/**
 * What the operating system refuses is the host's fault, wherever in the platform it happens.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import t from 'tap';
import { toError, UsageError } from '../../../harness/base/errors.js';
import { removeTree } from '../../../harness/base/run-dir.js';
import { blamingHost, hostError } from '../../../platforms/qemu/host-error.js';
import { QemuCluster } from '../../../platforms/qemu/qemu-cluster.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { makeWorkbench } from './payload.js';

/** As Node makes it. */
function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: no, open '/cache/x'`), { code, syscall: 'open' });
}

t.test('the errno decides, and the cause is kept', async (t) => {
  const table = {
    ENOSPC: 'DISK_FULL',
    EDQUOT: 'DISK_FULL',
    EMFILE: 'NO_DESCRIPTORS',
    ENFILE: 'NO_DESCRIPTORS',
    EIO: 'HOST_IO',
  };
  for (const [errno, code] of Object.entries(table)) {
    const cause = refusal(errno);
    const message = new RegExp(`${errno}: no, open '/cache/x'; .`);
    t.match(hostError(cause), { kind: 'infrastructure', code, phase: 'host', cause, message });
  }
});

t.test('anything else is as it was', async (t) => {
  const others = [new UsageError('X', 'no'), new TypeError('a bug'), 'a word', undefined];
  for (const one of others) t.equal(hostError(one), one);
  const own = Object.assign(new Error('of a library'), { code: 'ERR_INVALID_ARG_TYPE' });
  t.equal(hostError(own), own, 'a code alone is no errno');
});

t.test('it is told where the work is waited for', async (t) => {
  t.equal(await blamingHost(Promise.resolve(1)), 1);
  const missing = blamingHost(readFile(join(t.testdir({}), 'none')));
  await t.rejects(missing, { code: 'HOST_IO', message: /ENOENT/ });
});

t.test('a cluster whose state can not be written down', async (t) => {
  const work = await makeWorkbench();
  t.teardown(async () => await removeTree(work.directory));
  const { keys, runDirectory } = work.platformOptions;
  const context = {
    ...{ host: new FakePlatform().host, keys, runDirectory, uefi: undefined },
    ...{ templates: undefined, buildTurn: pLimit(1) },
    // A file where a directory should be.
    stateDirectory: join(work.directory, 'payload.raw', 'state'),
  };
  const { signal } = new AbortController();
  const failed = await QemuCluster.boot(work.request({}), context, signal).catch(toError);
  t.match(failed, { kind: 'infrastructure', code: 'HOST_IO', message: /ENOTDIR/ });
});
