/**
 * Quoting is right exactly if a real shell reads back the same arguments.
 */

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { t } from 'tap';
import { quoteArgv, remoteCommandLine, showArgv } from '../../../platforms/guest/quote-argv.js';

const argument = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
  fc.stringMatching(/^['"\\$`!*?~#&|;<>(){}[\]\n\t -]{0,12}$/),
);

t.test('a shell reads back the same arguments', async (t) => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 5 }), (argv) => {
      const script = `printf '%s\\0' x ${quoteArgv(argv)}`;
      const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
      t.same(stdout.split('\0').slice(1, -1), argv);
    }),
    { numRuns: 60 },
  );
});

t.test('plain words stay readable', async (t) => {
  t.equal(quoteArgv(['ls', '-l', '/etc/a.conf', '']), "ls -l /etc/a.conf ''");
  t.equal(remoteCommandLine(['echo', "it's"]), "exec echo 'it'\\''s'");
});

t.test('a NUL byte is refused', async (t) => {
  t.throws(() => quoteArgv(['a\0b']), { code: 'BAD_ARGV', kind: 'usage' });
});

t.test('messages show one line of bounded length', async (t) => {
  t.equal(showArgv(['sh', '-c', 'a\nb']), "sh -c 'a\\nb'");
  t.ok(showArgv(['x'.repeat(500)]).length <= 200);
});
