/**
 * Quotas of made-up containers, of both versions of control groups.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { availableProcessors, cpuQuota } from '../../../harness/base/cpu-quota.js';

/** A host where this process is in `group`, and `files` lie below where groups are mounted. */
async function host(
  t: Test,
  { group, mount, files }: { group: string; mount: string; files: Record<string, string> },
) {
  const proc = t.testdir({ self: { cgroup: group }, groups: {} });
  const groups = join(proc, 'groups');
  const other = '22 1 0:20 / /proc rw,nosuid - proc proc rw\n';
  await writeFile(join(proc, 'self', 'mountinfo'), other + mount.replace('GROUPS', groups));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(groups, name)), { recursive: true });
    await writeFile(join(groups, name), text);
  }
  return { proc, groups };
}

const unified = '30 22 0:26 / GROUPS rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';

t.test('the least of its own group and of those around it', async (t) => {
  const { proc, groups } = await host(t, {
    group: '0::/a/b\n',
    mount: unified,
    files: {
      'a/cpu.max': '150000 100000\n',
      'a/b/cpu.max': '800000 100000\n',
      'c/cpu.max': '1000 100000\n',
    },
  });
  t.same(cpuQuota(proc), { cpus: 1.5, directory: join(groups, 'a') });
  t.equal(availableProcessors(proc), 1);
});

t.test('no quota is no limit', async (t) => {
  const files = { 'cpu.max': 'max 100000\n', 'a/cpu.stat': 'nr_periods 0\n' };
  const { proc } = await host(t, { group: '0::/a\n', mount: unified, files });
  t.equal(cpuQuota(proc), undefined);
  t.equal(availableProcessors(proc), availableParallelism());
  t.equal(cpuQuota(t.testdir({ nothing: '' })), undefined);
});

t.test('less than one processor is still one', async (t) => {
  const files = { 'cpu.max': '20000 100000\n' };
  const { proc } = await host(t, { group: '0::/\n', mount: unified, files });
  t.equal(cpuQuota(proc)?.cpus, 0.2);
  t.equal(availableProcessors(proc), 1);
});

t.test('version 1, of which a container sees its own group as the root', async (t) => {
  const files = { 'cpu.cfs_quota_us': '200000\n', 'cpu.cfs_period_us': '50000\n' };
  const group = '5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n0::/x\n';
  const line = '31 22 0:27 ROOT GROUPS ro,nosuid - cgroup cgroup rw,cpu,cpuacct\n';
  for (const root of ['/docker/1f', '/docker/other']) {
    const { proc, groups } = await host(t, { group, mount: line.replace('ROOT', root), files });
    t.same(cpuQuota(proc), { cpus: 4, directory: groups }, root);
  }
  const none = { ...files, 'cpu.cfs_quota_us': '-1\n' };
  const { proc } = await host(t, { group, mount: line.replace('ROOT', '/docker/1f'), files: none });
  t.equal(cpuQuota(proc), undefined);
});

t.test('of this very host it can be told', async (t) => {
  t.ok(availableProcessors() >= 1 && availableProcessors() <= availableParallelism());
});
