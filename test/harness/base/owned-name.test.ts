/**
 * Names that say who made them: of the living, of the dead, and those that say nothing.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { isAbandoned, ownedName } from '../../../harness/base/owned-name.js';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { makeTempDirectory } from '../../../harness/base/run-dir.js';
import { nameOfDeadOwner } from '../../support/dead-owner.js';

const module = pathToFileURL(`${compiledRoot()}/harness/base/owned-name.js`).href;

async function nameOfDead(): Promise<string> {
  const script = `import(${JSON.stringify(module)}).then((m) => console.log(m.ownedName('x')))`;
  const child = spawn(process.execPath, ['--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let name = '';
  child.stdout.on('data', (chunk: Buffer) => {
    name += chunk;
  });
  await once(child, 'close');
  return name.trim();
}

t.test('what a living process made is its own', async (t) => {
  const [one, other] = [ownedName(), ownedName('draft')];
  t.match(one, /^switchyard-[0-9a-f]{4}-[0-9a-z]+-[0-9a-z]+-[0-9a-f]{6}$/);
  t.match(other, /-draft$/);
  t.not(one, other.slice(0, one.length));
  t.ok(one.length <= 37, 'short enough for sockets');
  t.notOk(isAbandoned(one) || isAbandoned(other));
});

t.test('what a dead one made is not', async (t) => {
  const name = await nameOfDead();
  t.ok(isAbandoned(name), name);
  const [prefix, , ...rest] = name.split('-');
  t.notOk(isAbandoned([prefix, 'ffff', ...rest].join('-')), 'of another container');
});

t.test('a pid that somebody else has now is no owner', async (t) => {
  t.ok(isAbandoned(nameOfDeadOwner()));
});

t.test('other names say nothing', (t) => {
  for (const name of ['', 'switchyard', 'switchyard-boot-1', 'switchyard-draft-0a1b', 'x-0-0-0']) {
    t.notOk(isAbandoned(name), name);
  }
  t.end();
});

t.test('a temporary directory has such a name, and is private', async (t) => {
  const path = await makeTempDirectory('look');
  t.teardown(() => rm(path, { recursive: true }));
  t.match(basename(path), /^switchyard-.*-look$/);
  t.equal((await stat(path)).mode & 0o777, 0o700);
});
