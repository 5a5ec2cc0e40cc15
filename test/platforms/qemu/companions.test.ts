/**
 * What a VM needs beside QEMU has gone when it has been stopped: its files are removed next.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Test, t } from 'tap';
import { spawnWith, stopCompanions } from '../../../platforms/qemu/companions.js';
import { startTpm } from '../../../platforms/qemu/swtpm.js';
import { startService } from '../../../platforms/services/service.js';

/** The path of a unix socket has a limit of some hundred characters. */
async function shortDirectory(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'yard-test-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

t.test('a TPM has ended, and not only been asked to', async (t) => {
  const directory = await shortDirectory(t);
  const spec = { socket: join(directory, 'tpm.sock'), stateDirectory: join(directory, 'state') };
  const tpm = await startTpm(spec, join(directory, 'swtpm.log'), AbortSignal.timeout(20_000));
  const { stdout } = await execa('pgrep', ['--full', `swtpm.*${directory}`]);
  const pid = Number(stdout);
  // It can not heed the request before it goes on.
  process.kill(pid, 'SIGSTOP');
  let isGone = false;
  const stopped = stopCompanions([tpm]).then(() => {
    isGone = true;
  });
  await new Promise(setImmediate);
  t.notOk(isGone);
  process.kill(pid, 'SIGCONT');
  await stopped;
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await t.resolves(stopCompanions([tpm]), 'once more is no harm');
});

t.test('a service has ended with its connections', async (t) => {
  const socket = join(await shortDirectory(t), 'service.sock');
  const request = { kind: 'http', address: '10.0.2.80', port: 80, files: {} } as const;
  const service = await startService({ request, socket });
  const client = connect(socket).on('error', () => undefined);
  await new Promise((resolve) => client.once('connect', resolve));
  const closed = new Promise((resolve) => client.once('close', resolve));
  await stopCompanions([service]);
  t.notOk(existsSync(socket));
  await closed;
  await t.resolves(stopCompanions([service]), 'once more is no harm');
});

t.test('where QEMU can not be started they have gone before that is told', async (t) => {
  let isGone = false;
  const stop = async () => {
    await new Promise(setImmediate);
    isGone = true;
  };
  await t.rejects(spawnWith([{ stop }], ['true'], '/nonexistent/qemu.stderr'), { code: 'ENOENT' });
  t.ok(isGone);
});
