/**
 * What a machine and its update server say is kept, and a host that can't keep it is blamed itself.
 */

import { readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { removeTree } from '../../../harness/base/run-dir.js';
import type { Failure } from '../../../harness/model/outcome.js';
import { singleMachine } from '../../../harness/model/topology.js';
import { planMachines } from '../../../platforms/qemu/machine-plan.js';
import { updateServicesOf, withUpdateServices } from '../../../platforms/qemu/update-services.js';
import { check, request } from '../services/omaha/omaha-lab.js';
import { makeWorkbench } from './payload.js';

/** The server of a machine whose files lie in the directory, and what it fails by. */
async function serve(t: Test, artifactDirectory: string) {
  const work = await makeWorkbench();
  t.teardown(async () => await removeTree(work.directory));
  const topology = singleMachine({
    provisioning: { kind: 'none' },
    services: [{ kind: 'omaha', address: '10.0.2.100', port: 80 }],
  });
  const places = { directory: work.directory, diskDirectory: work.directory };
  const wanted = { ...work.request({}), artifactDirectory, topology };
  const [plan] = planMachines(wanted, { accelerator: 'tcg', uefi: undefined, ...places });
  if (!plan) throw new Error('no plan');
  const failures: Failure[] = [];
  const { signal } = new AbortController();
  const onFailed = (failure: Failure) => void failures.push(failure);
  const [service] = updateServicesOf(
    await withUpdateServices(plan, { slowness: 1, signal, onFailed }),
  );
  if (!service) throw new Error('no server');
  const server = createServer(service.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close(() => undefined).closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const ask = async () => {
    const url = `http://127.0.0.1:${port}/v1/update/`;
    return (await fetch(url, { method: 'POST', body: request(check) })).status;
  };
  return { ask, failures, service };
}

t.test('each message is a line beside the console', async (t) => {
  const place = t.testdir({ 'main-0': {} });
  const { ask, failures } = await serve(t, place);
  t.equal(await ask(), 200);
  const lines = readFileSync(join(place, 'main-0', 'updates.jsonl'), 'utf8')
    .trim()
    .split('\n');
  t.match(
    lines.map((line) => JSON.parse(line)),
    [{ kind: 'check' }, { kind: 'event' }],
  );
  t.strictSame(failures, []);
});

t.test('a full disk of the host is not the machine’s fault', async (t) => {
  const place = t.testdir({ 'main-0': {} });
  symlinkSync('/dev/full', join(place, 'main-0', 'updates.jsonl'));
  const { ask, failures, service } = await serve(t, place);
  t.equal(await ask(), 200, 'it is answered');
  t.equal(await ask(), 200);
  t.equal(service.messages().length, 4, 'and the suite can read what was said');
  const full = { kind: 'infrastructure', code: 'DISK_FULL', phase: 'host', message: /ENOSPC/ };
  t.match(failures, [full]);
  t.equal(failures.length, 1, 'told once');
});
