/**
 * Which checks of the host a run makes: those of the tools that its image needs, and no others.
 */

import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hostChecks } from '../../../harness/cli/prepare-host.js';
import { loadSettings } from '../../../harness/cli/settings.js';

const describers = ['mcopy', 'btrfs', 'fsck.erofs', 'unsquashfs'];

async function toolsFor(t: Test, image: string): Promise<readonly string[]> {
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = t.testdirName;
  t.teardown(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });
  const names = (await hostChecks(await loadSettings({ image }))).map(({ name }) => name);
  return [...describers, 'mmdebstrap'].filter((name) => names.includes(name));
}

t.test('only an image that must be described needs what looks inside', async (t) => {
  const root = t.testdir({
    described: { 'descriptor.json': JSON.stringify({ disk: { file: 'a.raw' } }), 'a.raw': '' },
    bare: { 'a.raw': '' },
  });
  t.same(await toolsFor(t, join(root, 'described')), []);
  t.same(await toolsFor(t, join(root, 'described', 'a.raw')), []);
  t.same(await toolsFor(t, join(root, 'bare', 'a.raw')), describers);
  t.same(await toolsFor(t, join(root, 'none')), describers, 'whatever it will be');
  t.same(await toolsFor(t, 'https://example.org/a.qcow2'), describers);
  t.same(await toolsFor(t, 'reference'), ['mmdebstrap']);
});
