/**
 * Memory that made-up hosts and containers leave, of both versions of control groups.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { memoryLeft } from '../../../harness/base/memory-limit.js';

const mebibyte = 2 ** 20;

/** A host with 8 GiB available where this process is in `group`. */
async function host(t: Test, group: string, mount: string, files: Record<string, string>) {
  const proc = t.testdir({ self: { cgroup: group }, meminfo: 'MemAvailable:    8388608 kB\n' });
  const groups = join(proc, 'groups');
  await writeFile(join(proc, 'self', 'mountinfo'), mount.replace('GROUPS', groups));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(groups, name)), { recursive: true });
    await writeFile(join(groups, name), text);
  }
  return proc;
}

const unified = '30 22 0:26 / GROUPS rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';

t.test('the group that leaves the least counts, without files that can be dropped', async (t) => {
  const proc = await host(t, '0::/a/b\n', unified, {
    'a/memory.max': `${3000 * mebibyte}\n`,
    'a/memory.current': `${2500 * mebibyte}\n`,
    'a/memory.stat': `anon 1\nfile 9\ninactive_file ${1000 * mebibyte}\n`,
    'a/b/memory.max': 'max\n',
    'a/b/memory.current': '1\n',
  });
  t.same(memoryLeft(proc), { availableMiB: 1500, limitMiB: 3000 });
});

t.test('where the host leaves less, or there is no limit, it is the host', async (t) => {
  const files = { 'memory.max': `${99_000 * mebibyte}\n`, 'memory.current': '0\n' };
  t.same(memoryLeft(await host(t, '0::/\n', unified, files)), { availableMiB: 8192 });
  t.same(memoryLeft(await host(t, '0::/\n', unified, {})), { availableMiB: 8192 });
  t.same(memoryLeft(t.testdir({})), { availableMiB: 0 });
});

t.test('version 1', async (t) => {
  const mount = '31 22 0:27 /docker/1f GROUPS ro,nosuid - cgroup cgroup rw,memory\n';
  const proc = await host(t, '5:memory:/docker/1f\n4:cpu:/x\n', mount, {
    'memory.limit_in_bytes': `${2048 * mebibyte}\n`,
    'memory.usage_in_bytes': `${2048 * mebibyte}\n`,
    'memory.stat': `inactive_file 0\ntotal_inactive_file ${48 * mebibyte}\n`,
  });
  t.same(memoryLeft(proc), { availableMiB: 48, limitMiB: 2048 });
});
