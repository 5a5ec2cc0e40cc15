/**
 * A checkout of its own for tests of the launcher: the real script, and a Node.js, npm and compiler that
 * note how they were called.
 */

import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Test } from 'tap';
import { projectRoot } from '../../harness/base/project-root.js';

const compiler = `#!/bin/sh
echo "\${0##*/} $*" >>"$CALLS"
[ ! -e "$BROKEN" ] || { echo 'x.ts(1,1): error'; exit 1; }
mkdir -p "\${0%/node_modules/.bin/*}/dist/command"
`;

const programs: Readonly<Record<string, string>> = {
  node: `#!/bin/sh
[ "$1" != --version ] || { echo "$NODE_VERSION"; exit; }
printf 'node' >>"$CALLS"; printf ' [%s]' "$@" >>"$CALLS"; echo >>"$CALLS"
echo 'from the command line'
[ -z "\${HOLD-}" ] || cat "$HOLD"
exit 7
`,
  npm: `#!/bin/sh
echo "npm $*" >>"$CALLS"
echo 'noise of npm'
[ ! -e "$OFFLINE" ] || { echo 'npm error network' >&2; exit 1; }
mkdir -p "$2/node_modules/.bin"
cp "$COMPILER" "$2/node_modules/.bin/tsc"
cp "$COMPILER" "$2/node_modules/.bin/rolldown"
`,
};

/** A checkout that nobody has used, and what a user does with it. */
export async function checkout(t: Test) {
  const root = t.testdir({
    'package.json': '{}',
    'package-lock.json': '{"lock": 1}',
    'tsconfig.json': '{}',
    'rolldown.config.js': '',
    ...Object.fromEntries(
      ['harness', 'platforms', 'images', 'results', 'suites', 'test', 'bench'].map((name) => [
        name,
        { 'a.ts': '' },
      ]),
    ),
    bin: {},
    tsc: compiler,
    calls: '',
  });
  const at = (...names: string[]) => join(root, ...names);
  await chmod(at('tsc'), 0o755);
  await copyFile(join(projectRoot(), 'yard'), at('yard'));
  await chmod(at('yard'), 0o755);
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(at('bin', name), text);
    await chmod(at('bin', name), 0o755);
  }
  const start = async (argv: readonly string[] = [], env: Record<string, string> = {}) => {
    await writeFile(at('calls'), '');
    const ended = await execa(at('yard'), argv, {
      reject: false,
      env: {
        PATH: `${at('bin')}:/usr/bin:/bin`,
        ...{ NODE_VERSION: 'v20.19.0', CALLS: at('calls'), COMPILER: at('tsc') },
        ...{ OFFLINE: at('offline'), BROKEN: at('broken') },
        ...env,
      },
    });
    const calls = (await readFile(at('calls'), 'utf8')).trim().split('\n');
    return { ...ended, calls: calls.map((call) => call.replaceAll(root, 'ROOT')) };
  };
  return { at, start };
}

export const install = 'npm --prefix ROOT ci --include=dev --no-audit --no-fund';
export const compile = ['tsc -p ROOT/tsconfig.json', 'rolldown -c ROOT/rolldown.config.js'];
export const run = 'node [--enable-source-maps] [ROOT/dist/command/main.js]';
