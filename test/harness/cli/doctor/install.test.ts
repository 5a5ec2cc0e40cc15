/** What the installer says, what it refuses, and what it runs, on an invented machine. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { UsageError } from '../../../../harness/base/errors.js';
import { makeLogger } from '../../../../harness/base/logger.js';
import { installPackages } from '../../../../harness/cli/doctor/install.js';
import { type InstallSystem, thisSystem } from '../../../../harness/cli/doctor/install-system.js';

const { signal } = new AbortController();

interface Invention {
  readonly rootPrefix?: readonly string[];
  readonly failure?: string;
  readonly id?: string;
}

function invent({ rootPrefix, failure, id = 'debian' }: Invention) {
  const ran: string[] = [];
  const said: string[] = [];
  const osRelease = new Map([
    ['ID', id],
    ['VERSION_ID', '13'],
  ]);
  const system: InstallSystem = {
    read: async () => ({ osRelease, candidates: new Map(), sources: [] }),
    rootPrefix: async () => rootPrefix,
    run: async ({ argv }, { prefix }) => {
      ran.push([...prefix, ...argv].join(' '));
      return failure;
    },
  };
  const logger = makeLogger('normal', (line) => said.push(line));
  const request = { missing: ['ovmf'], logFile: '/tmp/log', logger, signal, system };
  return { ran, said, request };
}

const apt = 'env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300';
const update = `${apt} update`;
const install = `${apt} install --yes --no-install-recommends ovmf`;

t.test('says what it will do, then does it', async (t) => {
  const { ran, said, request } = invent({ rootPrefix: ['sudo', '-n'] });
  await installPackages({ ...request, allowInstall: true });
  t.same(ran, [`sudo -n ${update}`, `sudo -n ${install}`]);
  t.equal(said[0], 'installing ovmf (output in /tmp/log):');
  t.equal(said[1], `  sudo -n ${update} && sudo -n ${install}`);
  t.match(said[3], /install ovmf: done in [0-9.]+ s$/);
});

t.test('nothing missing, nothing said', async (t) => {
  const { ran, said, request } = invent({});
  await installPackages({ ...request, missing: [], allowInstall: false });
  t.same([...ran, ...said], []);
});

t.test('without root or sudo: the exact command', async (t) => {
  const { ran, request } = invent({});
  const promise = installPackages({ ...request, allowInstall: true });
  await t.rejects(promise, {
    constructor: UsageError,
    code: 'INSTALL_NEEDS_ROOT',
    message:
      'installing ovmf needs root, and sudo without a password does not work here; ' +
      `run: sudo ${update} && sudo ${install}`,
  });
  t.same(ran, []);
});

t.test('--no-install refuses, also as root', async (t) => {
  const { ran, said, request } = invent({ rootPrefix: [] });
  const promise = installPackages({ ...request, allowInstall: false });
  await t.rejects(promise, {
    code: 'MISSING_PACKAGES',
    message: `missing packages: ovmf; install them with: ${update} && ${install}`,
  });
  t.same([...ran, ...said], []);
});

t.test('no source', async (t) => {
  const { request } = invent({ id: 'fedora', rootPrefix: [] });
  const promise = installPackages({ ...request, allowInstall: true });
  await t.rejects(promise, { code: 'MISSING_PACKAGES', message: /neither Debian nor Ubuntu/ });
});

t.test('a failed step ends it', async (t) => {
  const { ran, request } = invent({ rootPrefix: [], failure: 'exit 100: no network' });
  const promise = installPackages({ ...request, allowInstall: true });
  await t.rejects(promise, {
    code: 'INSTALL_FAILED',
    kind: 'infrastructure',
    message: 'could not read the package lists: exit 100: no network; see /tmp/log',
  });
  t.equal(ran.length, 1);
});

t.test('a real step writes its log and reports its end', async (t) => {
  const directory = t.testdir();
  const logFile = join(directory, 'log');
  const written = join(directory, 'written');
  const options = { prefix: ['env'], logFile, signal };
  const tee = { title: 'write', argv: ['tee', written], stdin: 'a\nb\n' };
  t.equal(await thisSystem.run(tee, options), undefined);
  t.equal(await readFile(written, 'utf8'), 'a\nb\n');
  const broken = { title: 'x', argv: ['sh', '-c', 'echo first; echo >&2 last; exit 3'] };
  t.equal(await thisSystem.run(broken, options), 'exit 3: last');
  const log = await readFile(logFile, 'utf8');
  t.match(log, `$ env tee ${written}\na\nb\n$ env sh -c`);
  t.match(log, 'first\nlast\n');
  const none = { title: 'x', argv: ['/nonexistent/tool'] };
  t.match(await thisSystem.run(none, { ...options, prefix: [] }), 'ENOENT');
});

t.test('the signal ends a step whose daemon keeps the pipe open', async (t) => {
  const controller = new AbortController();
  const logFile = join(t.testdir(), 'log');
  const reason = new Error('enough');
  const options = { prefix: [], logFile, signal: controller.signal };
  const step = { title: 'x', argv: ['sh', '-c', 'sleep 2 & exit 0'] };
  setTimeout(() => controller.abort(reason), 200);
  const startedMs = performance.now();
  await t.rejects(thisSystem.run(step, options), reason);
  t.ok(performance.now() - startedMs < 1500);
});
