/**
 * The reaper on made-up states: it kills only what still is what the state says, and removes only
 * directories of ours.
 */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import {
  hostBootId,
  identifyProcess,
  isRunning,
  parseStat,
} from '../../../harness/base/host-process.js';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { reap } from '../../../platforms/qemu/reap.js';

const deadOwner = { pid: 2 ** 22 + 1, startTicks: 1 };
const signal = AbortSignal.timeout(30_000);

function startSleeper(): ChildProcess {
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
  t.teardown(() => sleeper.kill('SIGKILL'));
  return sleeper;
}

async function writeState(stateDirectory: string, fields: object): Promise<void> {
  const state = {
    schema: 1,
    cluster: 'c1',
    hostBootId: hostBootId(),
    owner: deadOwner,
    directories: [],
    machines: [],
    ...fields,
  };
  await mkdir(stateDirectory, { recursive: true });
  await writeFile(join(stateDirectory, 'c1.json'), JSON.stringify(state));
}

t.test('kills the process that the state names', async (t) => {
  const stateDirectory = join(t.testdir({}), 'state');
  const sleeper = startSleeper();
  const ended = once(sleeper, 'exit');
  const process = identifyProcess(sleeper.pid as number);
  await writeState(stateDirectory, { machines: [{ name: 'main-0', process }, { name: 'main-1' }] });
  const report = await reap({ stateDirectory, signal });
  t.match(report, { reaped: [{ cluster: 'c1', killed: [sleeper.pid] }], failures: [] });
  t.strictSame(await ended, [null, 'SIGKILL']);
});

t.test('leaves a recycled pid alone', async (t) => {
  const stateDirectory = join(t.testdir({}), 'state');
  const identity = identifyProcess(startSleeper().pid as number);
  if (!identity) throw new Error('no sleeper');
  const process = { ...identity, startTicks: identity.startTicks - 1 };
  await writeState(stateDirectory, { machines: [{ name: 'main-0', process }] });
  t.match(await reap({ stateDirectory, signal }), { reaped: [{ killed: [] }] });
  t.ok(isRunning(identity));
});

t.test('after a reboot of the host pids mean nothing', async (t) => {
  const stateDirectory = join(t.testdir({}), 'state');
  const identity = identifyProcess(startSleeper().pid as number);
  if (!identity) throw new Error('no sleeper');
  const machines = [{ name: 'main-0', process: identity }];
  await writeState(stateDirectory, { hostBootId: 'another', owner: identity, machines });
  t.match(await reap({ stateDirectory, signal }), { reaped: [{ killed: [] }], living: [] });
  t.ok(isRunning(identity));
});

t.test('removes our directories and no others', async (t) => {
  const root = t.testdir({ 'switchyard-1': { overlay: 'x' }, precious: { file: 'x' } });
  const stateDirectory = join(root, 'state');
  const directories = [join(root, 'switchyard-1'), join(root, 'precious')];
  await writeState(stateDirectory, { directories });
  const report = await reap({ stateDirectory, signal });
  t.match(report.failures, [
    { code: 'CLEANUP_FAILED', message: /precious is not a directory of ours/ },
  ]);
  t.notOk(existsSync(join(root, 'switchyard-1')));
  t.ok(existsSync(join(root, 'precious', 'file')));
  t.ok(existsSync(join(stateDirectory, 'c1.json')), 'what failed is still on the list');
});

/** Something that is called like a program of ours, or of others, with these arguments. */
function startNamed(argv0: string, ...args: string[]): ChildProcess {
  const script = 'setInterval(() => undefined, 1000)';
  const named = spawn(process.execPath, ['-e', script, '--', ...args], { argv0, stdio: 'ignore' });
  t.teardown(() => named.kill('SIGKILL'));
  return named;
}

t.test('who was never noted is found by the directory that it was given', async (t) => {
  const root = t.testdir({ 'switchyard-1': {}, 'switchyard-12': {}, other: {} });
  const stateDirectory = join(root, 'state');
  const at = (name: string) => join(root, name);
  const ours = [
    startNamed('qemu-system-x86_64', '-qmp', `unix:${at('switchyard-1')}/00/qmp.sock,server=on`),
    startNamed('swtpm', 'socket', '--tpmstate', `dir=${at('switchyard-1')}/00/tpm`),
  ];
  const others = [
    startNamed('tail', `${at('switchyard-1')}/00/console.log`),
    startNamed('qemu-system-x86_64', '-qmp', `unix:${at('switchyard-12')}/00/qmp.sock`),
    startNamed('qemu-system-x86_64', '-qmp', `unix:${at('other')}/qmp.sock`),
  ];
  await Promise.all([...ours, ...others].map((one) => once(one, 'spawn')));
  const directories = [at('switchyard-1'), at('other')];
  await writeState(stateDirectory, { directories, machines: [{ name: 'main-0' }] });
  const ends = ours.map((one) => once(one, 'exit'));
  const { failures } = await reap({ stateDirectory, signal });
  t.match(failures, [{ code: 'CLEANUP_FAILED', message: /other is not a directory of ours/ }]);
  t.same(await Promise.all(ends), [
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ]);
  for (const { pid } of others) t.ok(identifyProcess(pid as number), 'others live');
  t.notOk(existsSync(at('switchyard-1')));
});

t.test('nobody is looked for whose command lives', async (t) => {
  const root = t.testdir({ 'switchyard-1': {} });
  const directory = join(root, 'switchyard-1');
  const machine = startNamed('qemu-system-x86_64', `unix:${directory}/qmp.sock`);
  await once(machine, 'spawn');
  const stateDirectory = join(root, 'state');
  const owner = identifyProcess(process.pid);
  await writeState(stateDirectory, { owner, directories: [directory] });
  t.match(await reap({ stateDirectory, signal }), { reaped: [], living: [{ cluster: 'c1' }] });
  t.ok(identifyProcess(machine.pid as number));
});

const runDir = pathToFileURL(join(compiledRoot(), 'harness', 'base', 'run-dir.js')).href;

/** A process that makes a temporary directory there, tells its path, and lives. */
async function startMaker(place: string) {
  const script = `import(${JSON.stringify(runDir)})
    .then((m) => m.makeTempDirectory('describe')).then(console.log);
    setInterval(() => undefined, 1000);`;
  const env = { ...process.env, TMPDIR: place };
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
  const maker = spawn(process.execPath, ['--eval', script], { env, stdio });
  t.teardown(() => maker.kill('SIGKILL'));
  const [said] = await once(maker.stdout as Readable, 'data');
  return { maker, path: String(said).trim() };
}

t.test('what a process made before it died goes by its name, and not before', async (t) => {
  const place = t.testdir({ 'switchyard-other': {}, precious: {} });
  const options = { stateDirectory: join(place, 'none'), places: [place, place, '/none'], signal };
  const { maker, path } = await startMaker(place);
  await writeFile(join(path, 'usr.img'), 'x');
  t.same((await reap(options)).abandoned, [], 'its owner lives');
  maker.kill('SIGKILL');
  await once(maker, 'exit');
  t.same(await reap(options), { reaped: [], abandoned: [path], living: [], failures: [] });
  t.same((await readdir(place)).sort(), ['precious', 'switchyard-other']);
});

t.test('names a state file that it cannot read', async (t) => {
  const stateDirectory = t.testdir({ 'bad.json': '{"schema": 2}' });
  const { failures } = await reap({ stateDirectory, signal });
  t.match(failures, [{ code: 'CLEANUP_FAILED', message: /bad\.json can't be understood/ }]);
});

t.test('nothing to do without a state directory', async (t) => {
  const report = await reap({ stateDirectory: join(t.testdir({}), 'none'), signal });
  t.strictSame(report, { reaped: [], abandoned: [], living: [], failures: [] });
});

t.test('a stat line is read past a name with blanks and parentheses', async (t) => {
  const fields = Array.from({ length: 30 }, (_, index) => String(index + 4));
  t.strictSame(parseStat(`7 (a) b) (c) S ${fields.join(' ')}`), { state: 'S', startTicks: 22 });
  t.equal(parseStat('garbage'), undefined);
});
