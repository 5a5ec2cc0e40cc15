/**
 * Hosts that can't run a machine, and images that are not what was asked for, as a user meets them: a
 * real process per case, one line with what to do next, exit status 2, and nothing created.
 */

import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

/** A place for one command, and a way to see that nothing was made there. */
function place(t: Test) {
  const directory = t.testdir({ bin: {}, small: {} });
  const at = (name: string) => join(directory, name);
  const run = ['run', 'boot/no-config', '--no-install', '--runs', at('runs')];
  const nothingMade = () => {
    t.notOk(existsSync(at('runs')), 'no run');
    t.notOk(existsSync(at('cache')), 'no cache');
  };
  return { at, run, nothingMade, env: { XDG_CACHE_HOME: at('cache') } };
}

async function yard(argv: readonly string[], env: Readonly<Record<string, string>>) {
  const { exitCode, stderr, stdout } = await execa(process.execPath, [main, ...argv], {
    reject: false,
    env,
  });
  return { exitCode, stdout, stderr };
}

t.test('no QEMU at all', async (t) => {
  const { at, run, env, nothingMade } = place(t);
  t.match(await yard(run, { ...env, PATH: at('bin') }), {
    ...{ exitCode: 2, stdout: '' },
    stderr:
      /^yard: missing packages: .*qemu-system-x86 .*\(qemu-system-x86_64 was not found;.*; install them with: .*apt-get.* qemu-system-x86 .*\[MISSING_PACKAGES\]$/,
  });
  nothingMade();
});

t.test('a QEMU that is too old', async (t) => {
  const { at, run, env, nothingMade } = place(t);
  const qemu = join(at('bin'), 'qemu-system-x86_64');
  await writeFile(qemu, '#!/bin/sh\necho "QEMU emulator version 7.2.17 (Debian 1:7.2+dfsg-7)"\n');
  await chmod(qemu, 0o755);
  const PATH = `${at('bin')}:${process.env['PATH'] ?? ''}`;
  t.match(await yard(run, { ...env, PATH }), {
    ...{ exitCode: 2, stdout: '' },
    stderr:
      /^yard: missing packages: .*\(QEMU 7\.2\.17 is too old, 8\.2 is needed.*\); install them with: .* qemu-system-x86 qemu-utils.* \[MISSING_PACKAGES\]$/,
  });
  nothingMade();
});

t.test('a cache of templates that a newer Switchyard made', async (t) => {
  const { at, run, env } = place(t);
  await mkdir(join(at('cache'), 'switchyard', 'templates'), { recursive: true });
  const format = join(at('cache'), 'switchyard', 'templates', 'format.json');
  await writeFile(format, '{"schema":99}');
  t.match(await yard(run, env), {
    ...{ exitCode: 2, stdout: '' },
    stderr: /^yard: .*has format 99, this Switchyard knows \d+; use .*--no-fork \[NEWER_CACHE\]$/,
  });
  t.notOk(existsSync(at('runs')), 'no run');
  t.equal(await readFile(format, 'utf8'), '{"schema":99}', 'nothing is overwritten');
});

t.test('a full disk', async (t) => {
  const { at, env, nothingMade } = place(t);
  const small = at('small');
  const script = 'mount -t tmpfs -o size=1M none "$0" && exec "$@"';
  const inSmall = async (runs: string, cache: string) =>
    await execa(
      'unshare',
      [
        ...['--user', '--map-root-user', '--mount', 'sh', '-c', script, small, process.execPath],
        ...[main, 'run', 'boot/no-config', '--no-install', '--runs', runs],
      ],
      { reject: false, env: { XDG_CACHE_HOME: cache } },
    );
  const ends = [
    await inSmall(join(small, 'runs'), env.XDG_CACHE_HOME),
    await inSmall(at('runs'), small),
  ];
  for (const { exitCode, stderr, stdout } of ends) {
    t.same([exitCode, stdout], [2, '']);
    t.match(
      stderr,
      /^yard: 1 MiB free at .*small.*; make room for 4096 MiB there \[NO_DISK_SPACE\]$/,
    );
  }
  nothingMade();
});

t.test('an image that is another than was asked for', async (t) => {
  const { at, run, nothingMade } = place(t);
  const disk = at('disk.img');
  // A protective MBR and a GPT's signature: the digest is looked at before anything that costs time.
  const sectors = Buffer.alloc(2 ** 20);
  sectors.writeUInt16LE(0xaa55, 510);
  sectors.write('EFI PART', 512);
  await writeFile(disk, sectors);
  const ends = [
    await yard([...run, '--image', disk, '--sha256', '0'.repeat(64)], {}),
    await yard([...run, '--image', disk, '--sha512', '0'.repeat(128)], {}),
  ];
  for (const { exitCode, stderr, stdout } of ends) {
    t.same([exitCode, stdout], [2, '']);
    t.match(
      stderr,
      /^yard: image .*disk\.img: expected sha\d+ 0{64,128}, the file has [0-9a-f]{64,128}; .* \[IMAGE_DIGEST_MISMATCH\]$/,
    );
  }
  t.match(await yard([...run, '--sha256', 'abc'], {}), {
    ...{ exitCode: 2, stderr: /^yard: --sha256: must be 64 .*; see docs.* \[BAD_CONFIG\]$/ },
  });
  nothingMade();
});
