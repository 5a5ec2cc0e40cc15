/**
 * A TPM that lives as long as its machine.
 */

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { poll } from '../../../harness/base/poll.js';
import { createQemuPlatform } from '../../../platforms/qemu/create-platform.js';
import { startTpm } from '../../../platforms/qemu/swtpm.js';
import { makeWorkbench } from './payload.js';

async function swtpmsOf(directory: string): Promise<number> {
  const { stdout } = await execa('pgrep', ['--full', `swtpm.*${directory}`], { reject: false });
  return stdout.split('\n').filter((line) => line !== '').length;
}

t.test('a machine with a TPM', async (t) => {
  const work = await makeWorkbench();
  t.teardown(async () => await rm(work.directory, { recursive: true, force: true }));
  await using platform = await createQemuPlatform(work.platformOptions);
  const signal = AbortSignal.timeout(30_000);
  const cluster = await platform.provision(work.request({ tpm: true }), signal);
  t.equal(await swtpmsOf(work.directory), 1, 'it has an swtpm of its own');
  const artifacts = join(work.directory, 'artifacts', 'main-0');
  t.ok(existsSync(join(artifacts, 'swtpm.log')), 'whose log is kept');
  await cluster.tearDown({ timeoutMs: 10_000 });
  const gone = async () => ((await swtpmsOf(work.directory)) === 0 ? true : undefined);
  t.ok(await poll(gone, { signal: AbortSignal.timeout(5_000), intervalMs: 20 }));
});

t.test('a TPM that can not be started says why', async (t) => {
  const directory = t.testdir({});
  const stateDirectory = join(directory, 'state');
  await mkdir(join(directory, 'taken'));
  const tpm = { socket: join(directory, 'missing', 'tpm.sock'), stateDirectory };
  const log = join(directory, 'swtpm.log');
  await t.rejects(startTpm(tpm, log, AbortSignal.timeout(20_000)), {
    code: 'TPM_NOT_STARTED',
    message: /yard doctor/,
  });
});
