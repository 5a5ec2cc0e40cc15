/**
 * A network's thread that is stuck, or has a defect, fails the cluster as what it is, and ends.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { type Resolvers, withResolvers } from '../../../harness/base/deadline.js';
import type { InfrastructureError } from '../../../harness/base/errors.js';
import { compiledRoot } from '../../../harness/base/project-root.js';
import type {
  NetworkCall,
  NumberedAnswer,
  Told,
} from '../../../platforms/network/network-thread.js';
import type { Happening } from '../../../platforms/network/segment.js';
import { ThreadedNetwork } from '../../../platforms/network/threaded-network.js';
import { LanStation } from '../../support/lan-station.js';
import { macs, place, plan, signal } from './network-lab.js';

const module = (...path: readonly string[]) => join(compiledRoot(), ...path);
const stuck = module('test', 'support', 'stuck-thread.js');
const failing = module('test', 'support', 'failing-thread.js');
const failed = { kind: 'infrastructure', code: 'NETWORK_FAILED' };

async function open(t: Test, thread: string) {
  const failures: InfrastructureError[] = [];
  const network = await ThreadedNetwork.open({
    ...{ plan, seed: 1, directory: await place(t), slowness: 2, signal },
    ...{ thread, limits: { answerMs: 50, closeMs: 1_000 } },
    onFailed: (cause) => failures.push(cause),
  });
  return { network, failures };
}

t.test('a thread that is stuck is told of, and ended', async (t) => {
  const { network, failures } = await open(t, stuck);
  const message = /did not answer “note” within 0.1 s: its thread is stuck/;
  await Promise.all([
    t.rejects(network.heal(), { ...failed, message }),
    t.rejects(network.events(), failed),
  ]);
  await t.rejects(network.link('a-0').counters(), { message }, 'as it was told at first');
  await network.close();
  t.match(failures, [failed], 'once');
});

t.test('who closes it ends it, and is told', async (t) => {
  const { network, failures } = await open(t, stuck);
  await t.rejects(network.close(), { ...failed, message: /did not answer “close” within 2 s/ });
  await t.rejects(network.close(), failed, 'whoever closes it again, too');
  t.same(failures, [], 'it had not failed before');
});

t.test('who gives up waiting for it to open leaves nothing of it', async (t) => {
  const controller = new AbortController();
  const opened = ThreadedNetwork.open({
    ...{ plan, seed: 1, directory: await place(t), slowness: 1, signal: controller.signal },
    onFailed: (cause) => t.fail(cause.message),
  });
  controller.abort(new Error('enough'));
  await t.rejects(opened, { message: 'enough' });
});

t.test('a defect of ours fails the network', async (t) => {
  const { network, failures } = await open(t, failing);
  t.same(await network.events(), [], 'what was asked is answered all the same');
  t.match(failures, [{ ...failed, evidence: /TypeError: at events/ }]);
  await t.rejects(network.heal(), failed);
  await network.close();
  t.equal(failures.length, 1);
});

t.test('what is asked of a network that was closed', async (t) => {
  const directory = await place(t);
  const network = await ThreadedNetwork.open({
    ...{ plan, seed: 1, directory, slowness: 1, signal },
    onFailed: (cause) => t.fail(cause.message),
  });
  await network.close();
  await t.rejects(network.heal(), { ...failed, message: /it was closed/ });
});

/** The thread alone, and what it says by itself. */
async function startThread(t: Test, directory: string) {
  const workerData = { plan, seed: 1, directory, captureDirectory: directory };
  const worker = new Worker(module('platforms', 'network', 'network-thread.js'), { workerData });
  t.teardown(async () => await worker.terminate());
  const defect = withResolvers<Error>();
  const answers = new Map<number, Resolvers<void>>([[0, withResolvers<void>()]]);
  const told: Told[] = [];
  worker.on('message', (message: NumberedAnswer | Told) => {
    if ('id' in message) answers.get(message.id)?.resolve();
    else if ('failed' in message) defect.resolve(message.failed);
    else told.push(message);
  });
  const ask = async (call: NetworkCall) => {
    const id = answers.size;
    const answer = withResolvers<void>();
    answers.set(id, answer);
    worker.postMessage({ id, call });
    await answer.promise;
  };
  await answers.get(0)?.promise;
  return { ask, told, defect: defect.promise };
}

t.test('what a defect interrupts is not the machine, nor the capture', async (t) => {
  const directory = await place(t);
  const { ask, told, defect } = await startThread(t, directory);
  await using a = await LanStation.plug(directory, 0, macs[0] as string);
  await using b = await LanStation.plug(directory, 1, macs[1] as string);
  a.send(b.mac, 'captured');
  await b.heard(({ payload }) => payload.toString() === 'captured');
  // No time can be reckoned with it, which the first frame finds out.
  const faults = { delayMs: 1n as never };
  await ask({ kind: 'set', station: 0, faults, direction: 'out' });
  a.send(b.mac, 'what meets a defect');
  t.match(await defect, { name: 'TypeError' });
  b.send(a.mac, 'still there');
  await a.heard(({ payload }) => payload.toString() === 'still there');
  t.ok(told.every((one) => 'event' in one && one.event.kind === 'plugged'));
  await ask({ kind: 'close' });
  t.ok((await readFile(join(directory, 'lan.pcapng'))).includes('captured'));
});

t.test('a machine that asks without end hides nothing from the log of the run', async (t) => {
  const { ask, told } = await startThread(t, await place(t));
  const note = async (times: number, event: Happening) => {
    const notes = Array.from({ length: times }, async () => await ask({ kind: 'note', event }));
    await Promise.all(notes);
  };
  const where = { machine: 'a-0', segment: 'lan' };
  await note(5_010, { kind: 'lease', ...where, message: 'discover' });
  await note(2, { kind: 'unplugged', machine: 'b-0' });
  await note(5_010, { kind: 'fault', step: { kind: 'heal', atMs: 0 } });
  await note(2, { kind: 'time', client: '10.80.0.10' });
  await note(2, { kind: 'name', question: 'x', type: 'A', found: false });
  const count = new Map<string, number>();
  for (const one of told) {
    const kind = 'event' in one ? one.event.kind : 'failed';
    count.set(kind, (count.get(kind) ?? 0) + 1);
  }
  t.strictSame(Object.fromEntries(count), { lease: 5_000, unplugged: 2, fault: 5_010 });
});
