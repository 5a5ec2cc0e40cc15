/**
 * What a host or a container may leave too little of, and what is said of the accelerator.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Kvm } from '../../../platforms/qemu/accelerator.js';
import { acceleratorCheck } from '../../../platforms/qemu/accelerator-check.js';
import { memoryCheck, openFilesCheck, tempCheck } from '../../../platforms/qemu/limit-checks.js';

const { signal } = new AbortController();

/** Looks at a temporary directory of that name. */
async function tempAt(t: Test, path: string) {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = path;
  t.teardown(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  return await tempCheck.check();
}

t.test('a temporary directory must be there, and writable', async (t) => {
  t.match(await tempAt(t, '/nonexistent'), {
    ...{ ok: false, code: 'TEMP_NOT_WRITABLE', remedy: /^set TMPDIR to a directory/ },
    finding: /^cannot write in the temporary directory \/nonexistent: ENOENT/,
  });
  t.match(await tempAt(t, '/proc'), { ok: false, code: 'TEMP_NOT_WRITABLE' });
  t.match(await tempAt(t, `/tmp/${'x'.repeat(60)}`), { ok: false, code: 'TEMP_PATH_TOO_LONG' });
  t.match(await tempAt(t, '/tmp'), { ok: true, finding: '/tmp' });
});

t.test('memory is what the container leaves', async (t) => {
  const proc = t.testdir({
    self: { cgroup: '0::/\n' },
    groups: { 'memory.max': '1073741824\n', 'memory.current': '0\n' },
    meminfo: 'MemAvailable:    8388608 kB\n',
  });
  const mount = `30 22 0:26 / ${join(proc, 'groups')} rw - cgroup2 cgroup2 rw\n`;
  t.match(await memoryCheck(proc).check(), { ok: true, finding: '8192 MiB of memory available' });
  await writeFile(join(proc, 'self', 'mountinfo'), mount);
  t.match(await memoryCheck(proc).check(), {
    ...{ ok: false, code: 'NO_MEMORY', remedy: /raise its limit: 1280 MiB are needed/ },
    finding: '1024 MiB of memory available, of 1024 MiB that the container may use',
  });
  await writeFile(join(proc, 'groups', 'memory.max'), `${1_600 * 2 ** 20}\n`);
  t.match(await memoryCheck(proc).check(), { ok: true }, 'cases take turns');
});

t.test('open files', async (t) => {
  const proc = t.testdir({});
  await mkdir(join(proc, 'self'));
  const limited = async (limit: string) => {
    const line = `Max open files            ${limit}                 4096                 files\n`;
    await writeFile(join(proc, 'self', 'limits'), `Limit  Soft Limit\n${line}`);
    return await openFilesCheck(proc).check();
  };
  t.match(await limited('256'), { ok: false, code: 'NO_DESCRIPTORS', remedy: /ulimit -n 1024/ });
  t.match(await limited('1024'), { ok: true, finding: '1024 open files' });
  t.match(await limited('unlimited'), { ok: true });
  t.match(await openFilesCheck(t.testdir({})).check(), { ok: true });
});

t.test('the accelerator, and why it is not KVM', async (t) => {
  const works: Kvm = {
    refusal: async () => undefined,
    run: async () => ({ ok: true, lapMs: 1 }),
  };
  const hangs: Kvm = { ...works, run: async () => ({ ok: false, reason: 'it hung' }) };
  const closed: Kvm = { ...works, refusal: async () => 'EACCES' };
  const absent: Kvm = { ...works, refusal: async () => 'ENOENT' };
  const check = async (wish: 'auto' | 'tcg' | 'kvm', kvm: Kvm) => {
    return await acceleratorCheck({ wish, kvm, signal }).check();
  };
  t.match(await check('auto', works), { ok: true, finding: /^KVM, which ran/ });
  t.match(await check('tcg', works), { ok: true, finding: /as asked for/ });
  t.match(await check('auto', hangs), { ok: true, finding: /software emulation.*it hung/ });
  t.match(await check('auto', closed), {
    finding: /\/dev\/kvm: EACCES; add yourself to the group/,
  });
  t.match(await check('auto', absent), { finding: /\/dev\/kvm: ENOENT; load kvm_intel/ });
  t.match(await check('kvm', closed), { ok: false, code: 'ACCEL_UNUSABLE', remedy: /group kvm/ });
});
