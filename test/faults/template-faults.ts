/**
 * What happens to the files of cached templates. They are never trusted: a damaged one is made anew,
 * and the case does not notice.
 */

import { open, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type TemplateMeta, templateFiles } from '../../platforms/qemu/template/template.js';
import { duringSuite } from './during-suite.js';
import type { Fault } from './fault.js';
import type { Lab } from './lab.js';

type Damage = (directory: string) => Promise<void>;

const simple: Parameters<typeof duringSuite>[1] = async (machine) => {
  await machine.output(['true']);
};

/** The settled template of the suite, made if it is not there. */
async function settledTemplate(lab: Lab): Promise<string> {
  await duringSuite(lab, simple);
  for (const directory of await lab.templates()) {
    const meta = JSON.parse(await readFile(join(directory, templateFiles.meta), 'utf8'));
    if ((meta as { kind: string }).kind === 'settled') return directory;
  }
  throw new Error('a fork has left no template');
}

/** A template that was made anew is another directory under the same name. */
function damaged(damage: Damage): Fault['strike'] {
  return async (lab) => {
    const directory = await settledTemplate(lab);
    const { birthtimeMs } = await stat(directory);
    await damage(directory);
    const struckMs = performance.now();
    const { seen } = await duringSuite(lab, simple);
    const anew = (await stat(directory)).birthtimeMs > birthtimeMs;
    return { seen: anew ? `${seen}, made anew` : seen, tookMs: performance.now() - struckMs };
  };
}

/** Damage to the page about the files. */
function rewritten(change: (meta: TemplateMeta) => Partial<TemplateMeta>): Damage {
  return async (directory) => {
    const file = join(directory, templateFiles.meta);
    const meta = JSON.parse(await readFile(file, 'utf8')) as TemplateMeta;
    await writeFile(file, JSON.stringify({ ...meta, ...change(meta) }));
  };
}

/** As after an update of the client that the session was opened with. */
function otherSession({ standby }: TemplateMeta): Partial<TemplateMeta> {
  if (!standby) throw new Error('no session waits in this template');
  const kexInit = Buffer.from(standby.kexInit, 'base64').reverse().toString('base64');
  return { standby: { ...standby, kexInit } };
}

/** Damage to a file, the one with the RAM, that its size and times don't show. */
function unseen(
  damage: (file: string) => Promise<void>,
  name: string = templateFiles.memory,
): Damage {
  return async (directory) => {
    const file = join(directory, name);
    const times = `${directory}.times`;
    // To the nanosecond, which utimes can not set.
    await execa('touch', ['--reference', file, times]);
    await damage(file);
    await execa('touch', ['--reference', times, file]);
    await unlink(times);
  };
}

/** As a power cut leaves it that came before the pages were written back. */
async function empty(file: string): Promise<void> {
  const { size } = await stat(file);
  await truncate(file, 0);
  await truncate(file, size);
}

/** In the upper half, where a guest keeps what it may not need for long. */
async function flipOneBit(file: string): Promise<void> {
  const memory = await readFile(file);
  const at = memory.findIndex((byte, index) => index > memory.length / 2 && byte !== 0);
  await using handle = await open(file, 'r+');
  await handle.write(Buffer.from([(memory[at] ?? 0) ^ 1]), 0, 1, at);
}

const expected = { expect: 'passed, made anew', boundMs: 120_000 } as const;

export const templateFaults: readonly Fault[] = [
  {
    id: 'template/state-truncated',
    describes: 'The state file has lost its end.',
    ...expected,
    strike: damaged(
      async (directory) => await truncate(join(directory, templateFiles.state), 4_096),
    ),
  },
  {
    id: 'template/memory-deleted',
    describes: 'The RAM file is gone.',
    ...expected,
    strike: damaged(async (directory) => await unlink(join(directory, templateFiles.memory))),
  },
  {
    id: 'template/memory-corrupted',
    describes:
      'The RAM file is empty, with its size and times; no image is blamed for what follows.',
    ...expected,
    strike: damaged(unseen(empty)),
  },
  {
    id: 'template/one-bit',
    describes: 'One bit of the RAM file is another, with its size and times.',
    ...expected,
    strike: damaged(unseen(flipOneBit)),
  },
  {
    id: 'template/history-corrupted',
    describes: 'What its console had printed is empty, with its size and times.',
    ...expected,
    strike: damaged(unseen(empty, templateFiles.history)),
  },
  {
    id: 'template/overlay-deleted',
    describes: 'The frozen overlay of the disk is gone.',
    ...expected,
    strike: damaged(async (directory) => await unlink(join(directory, 'system.qcow2'))),
  },
  {
    id: 'template/of-another-qemu',
    describes: 'The template was frozen by another version of QEMU.',
    ...expected,
    strike: damaged(rewritten(() => ({ qemu: '8.2.0' }))),
  },
  {
    id: 'template/session-of-another',
    describes: 'The SSH session that waits is that of another client.',
    ...expected,
    strike: damaged(rewritten(otherSession)),
  },
];
