/**
 * The files by which the builder tells its steps what to make.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { parseOsRelease } from '../../../images/os-release.js';
import { imageSettings, type Variant } from '../../../images/reference/build-options.js';
import {
  kernelArgumentText,
  osReleaseFields,
  shellAssignments,
  writeSettings,
} from '../../../images/reference/image-settings-files.js';

async function written(variant: Variant): Promise<string> {
  const directory = t.testdir();
  await writeSettings(directory, imageSettings({ variant }));
  return directory;
}

/** The value that a shell has for a name after it has read the settings. */
async function shellValue(directory: string, name: string): Promise<string> {
  const script = `set -eu; . "$1/settings.sh"; printf %s "$${name}"`;
  return (await execa('sh', ['-c', script, 'sh', directory])).stdout;
}

t.test('a shell reads back any value, quotes and dollars too', async (t) => {
  const value = `it's $HOME; "x" \`id\` \\ \n end`;
  const text = shellAssignments({ A: value, B: 7 });
  const { stdout } = await execa('sh', ['-c', `${text}\nprintf '%s|%s' "$A" "$B"`]);
  t.equal(stdout, `${value}|7`);
});

t.test('without a variant nothing is removed, added or damaged', async (t) => {
  const directory = await written({ name: 'standard' });
  t.same((await readdir(directory)).sort(), ['os-release', 'partitions', 'remove', 'settings.sh']);
  t.equal(await readFile(join(directory, 'remove'), 'utf8'), '');
  t.equal(await shellValue(directory, 'CORRUPT_OFFSET'), '');
  t.equal(await shellValue(directory, 'ESP_REMOVE'), '');
  t.equal(await shellValue(directory, 'VERSION'), '9999.0.0');
});

t.test('a variant says everything it asks for', async (t) => {
  const directory = await written({
    name: 'broken',
    removeFiles: ['bin/jq', 'bin/ls'],
    addFiles: [{ path: 'share/a/b', contents: 'text', mode: 0o755 }],
    kernelArguments: { append: ['quiet', 'x=1'], remove: ['oops=panic'] },
    slots: { b: { priority: 2, tries: 1, successful: false } },
    osRelease: { NAME: "Somebody's" },
    removeFromEsp: ['flatcar/first_boot'],
    corruptUsrAt: 0,
  });
  t.equal(await readFile(join(directory, 'remove'), 'utf8'), 'bin/jq\nbin/ls\n');
  t.equal(await readFile(join(directory, 'add', 'share/a/b'), 'utf8'), 'text');
  t.equal((await stat(join(directory, 'add', 'share/a/b'))).mode & 0o777, 0o755);
  t.match(await shellValue(directory, 'KERNEL_ARGS'), / quiet x=1$/);
  t.equal(await shellValue(directory, 'KERNEL_ARGS_REMOVE'), 'oops=panic');
  t.equal(await shellValue(directory, 'ESP_REMOVE'), 'flatcar/first_boot');
  t.equal(await shellValue(directory, 'CORRUPT_OFFSET'), '0', 'offset 0 is not "none"');
  t.match(await readFile(join(directory, 'partitions'), 'utf8'), /^4 USR-B .* 49,52$/m);
  t.match(await readFile(join(directory, 'partitions'), 'utf8'), /^3 USR-A .* 48,56$/m);
  const fields = parseOsRelease(await readFile(join(directory, 'os-release'), 'utf8'));
  t.equal(fields.get('NAME'), "Somebody's");
  t.equal(fields.get('BUILD_ID'), 'alpha-broken');
});

t.test('the image says what it is, and never that it is Flatcar', async (t) => {
  const fields = osReleaseFields(imageSettings({ channel: 'beta' }));
  t.match(fields, {
    NAME: 'Switchyard Reference OS',
    ID: 'switchyard',
    ID_LIKE: 'flatcar',
    VERSION_ID: '9999.1.0',
    SYSEXT_LEVEL: '1.0',
  });
});

t.test('a kernel that oopses panics, and a panic restarts, as in Flatcar', async (t) => {
  const words = kernelArgumentText(imageSettings({})).split(' ');
  t.ok(words.includes('panic=60'));
  t.ok(words.includes('oops=panic'));
});
