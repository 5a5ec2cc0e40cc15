/**
 * What suites read off a machine: command lines, os-release, differences of manifests.
 */

import t from 'tap';
import { parseCommandLine } from '../../../suites/support/cmdline.js';
import { difference } from '../../../suites/support/manifest.js';
import { parseAssignments } from '../../../suites/support/os-release.js';

t.test('the last value of a kernel argument counts, all are kept', async (t) => {
  const line = parseCommandLine('BOOT_IMAGE=/flatcar/vmlinuz-a rootflags=rw quiet rootflags=ro\n');
  t.equal(line.value('rootflags'), 'ro');
  t.same(line.values('rootflags'), ['rw', 'ro']);
  t.equal(line.value('quiet'), undefined);
  t.equal(line.value('root'), undefined, 'a longer key is another key');
  t.same(line.words.at(2), 'quiet');
});

t.test('os-release is read as a shell would read it', async (t) => {
  const text = `# comment\n\nNAME="A \\"quoted\\" \\$name"\nID=flatcar\nEMPTY=\nONE='it is \\n'\nID=later\n`;
  const fields = parseAssignments(text);
  t.equal(fields.get('NAME'), 'A "quoted" $name');
  t.equal(fields.get('ID'), 'later');
  t.equal(fields.get('EMPTY'), '');
  t.equal(fields.get('ONE'), 'it is \\n');
  t.equal(fields.size, 4);
});

t.test('a difference says which side has the line', async (t) => {
  t.same(difference(['a', 'b'], ['b', 'c']), ['- a', '+ c']);
  t.same(difference(['a'], ['a']), []);
});
