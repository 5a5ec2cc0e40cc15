/**
 * What the guides say of options, settings, files and examples, against what there is.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot, projectRoot } from '../harness/base/project-root.js';
import { buildProgram } from '../harness/cli/program/build-program.js';
import { settingNames } from '../harness/cli/settings.js';

const root = projectRoot();

async function read(file: string): Promise<string> {
  return await readFile(join(root, file), 'utf8');
}

async function guides(): Promise<readonly string[]> {
  const names = await readdir(join(root, 'docs'));
  const pages = names.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', ...pages];
}

t.test('links lead to files that are there', async (t) => {
  for (const guide of await guides()) {
    for (const [, target = ''] of (await read(guide)).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      t.ok(existsSync(join(root, dirname(guide), target)), `${guide} links to ${target}`);
    }
  }
});

t.test('files that are named by their path are there', async (t) => {
  const pattern = /`((?:harness|platforms|images|results|suites|test|docs)\/[\w./-]+)`/g;
  for (const guide of await guides()) {
    for (const [, path = ''] of (await read(guide)).matchAll(pattern)) {
      t.ok(existsSync(join(root, path)), `${guide} names ${path}`);
    }
  }
});

t.test('every option of run is explained, and no other', async (t) => {
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const { stdout } = await execa('node', [main, 'run', '--help']);
  const real = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z0-9-]+)/gm)].map(([, name]) => name);
  const table = (await read('docs/running.md')).split('## Options')[1]?.split('\n## ')[0] ?? '';
  const cells = table.split('\n').flatMap((line) => line.split('| ')[1] ?? []);
  const told = [...cells.join('\n').matchAll(/--[a-z][a-z0-9-]+/g)].map(([name]) => name);
  t.same(told.toSorted(), real.filter((name) => name !== '--help').toSorted());
});

t.test('every setting of the config file is named', async (t) => {
  const text = await read('docs/running.md');
  for (const name of settingNames) t.match(text, `\`${name}\``, name);
});

type Command = ReturnType<typeof buildProgram>;

/** The command that the words begin with, and the options among the rest. */
function look(words: readonly string[]): { command: Command; options: readonly string[] } {
  let command = buildProgram('0.0.0');
  const rest = [...words];
  for (;;) {
    const next = command.commands.find((one) => one.name() === rest[0]);
    if (next === undefined) break;
    command = next;
    rest.shift();
  }
  const options = rest.filter((word) => /^--[a-z]/.test(word));
  return { command, options: options.map((word) => word.replace(/=.*/s, '')) };
}

t.test('commands that are shown exist, with the options that they are shown with', async (t) => {
  let seen = 0;
  for (const guide of await guides()) {
    for (const [shown, line = ''] of (await read(guide)).matchAll(/\.\/yard ([a-z][^`\n|#]*)/g)) {
      const { command, options } = look(line.match(/[^\s[\](),;]+/g) ?? []);
      t.not(command.parent, null, `${guide}: ${shown}`);
      const known = command.options.flatMap(({ long }) => long ?? []);
      for (const option of options) t.ok(known.includes(option), `${guide}: ${shown}: ${option}`);
      seen += 1;
    }
  }
  t.ok(seen > 50, `${seen} commands`);
});

t.test('the example of a suite is a suite', async (t) => {
  const [, example = ''] = /```ts\n(.*?)```/s.exec(await read('docs/writing-a-suite.md')) ?? [];
  t.equal(example, await read('suites/ignition/hostname.ts'));
});
