/**
 * What mmdebstrap is told of a tree.
 */

import { execa } from 'execa';
import t from 'tap';
import { treeArguments } from '../../../images/reference/trees.js';

/** The words of a hook, as a shell and mmdebstrap (by Perl's shellwords) take it apart. */
async function wordsOf(hook: string): Promise<readonly string[]> {
  const { stdout } = await execa('sh', ['-c', `printf '%s\\n' ${hook}`]);
  return stdout.split('\n');
}

t.test('a cache with blanks and quotes in its path is one word', async (t) => {
  for (const cache of ['/home/me/.cache', '/home/a b/c', "/it's $HOME/`x`", '/a "b"\\c']) {
    const given = treeArguments({ packages: ['a', 'b'], hooks: ['--x'] }, cache);
    const hookOf = (name: string) => {
      const found = given.find((argument) => argument.includes(`hook=${name} `)) ?? '';
      return found.slice(found.indexOf('=') + 1);
    };
    const archives = '/var/cache/apt/archives';
    t.same(await wordsOf(hookOf('sync-in')), ['sync-in', cache, archives]);
    t.same(await wordsOf(hookOf('sync-out')), ['sync-out', archives, cache]);
    t.ok(given.includes('--x') && given.includes('--include=a,b'));
  }
});
