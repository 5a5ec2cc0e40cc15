/**
 * Some mutations are changes of the image's own sources, which move on: each must still fit.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { builderSource } from '../../images/reference/build.js';
import { applyEdit, changesAgent, copyEdited } from '../../images/reference/source-edits.js';
import { mutations } from './all.js';

const edits = mutations.flatMap(({ id, change }) => {
  const variant = change.kind === 'config' ? undefined : change.variant;
  return (variant?.sourceEdits ?? []).map((edit) => ({ id, edit }));
});

t.test('every change of a source fits it', async (t) => {
  t.ok(edits.length > 0, 'there are changes to look at');
  for (const { id, edit } of edits) {
    const text = readFileSync(join(builderSource(), edit.file), 'utf8');
    t.not(applyEdit(text, edit), text, id);
  }
});

t.test('one that does not fit is told', async (t) => {
  const edit = { file: 'x.go', from: 'a', to: 'b' };
  t.throws(() => applyEdit('none', { ...edit, from: 'z' }), /x\.go has 0 times .*: z/);
  t.throws(() => applyEdit('aa', edit), /x\.go has 2 times .*: a/);
});

t.test('releases that a mutation changes have changed parts', async (t) => {
  for (const { id, change } of mutations) {
    if (change.kind !== 'release') continue;
    const post = change.variant.addFiles?.find(({ path }) => path === 'postinst');
    if (!post) continue;
    const text = readFileSync(join(builderSource(), 'root', 'usr', 'postinst'), 'utf8');
    t.not(post.contents, text, id);
  }
});

t.test('the sources are copied with the changes in them, and stay as they are', async (t) => {
  const [source, target] = [join(t.testdir(), 'source'), join(t.testdirName, 'target')];
  mkdirSync(join(source, 'initrd'), { recursive: true });
  writeFileSync(join(source, 'initrd/init'), 'one two\n', { mode: 0o755 });
  const file = 'initrd/init';
  await copyEdited(source, target, [
    { file, from: 'one', to: '1' },
    { file, from: 'two', to: '2' },
  ]);
  t.equal(readFileSync(join(target, file), 'utf8'), '1 2\n');
  t.equal(readFileSync(join(source, file), 'utf8'), 'one two\n');
  const stray = copyEdited(source, join(t.testdirName, 'other'), [{ file, from: 'six', to: '' }]);
  await t.rejects(stray, { message: /initrd\/init has 0 times/ });
});

t.test('the update agent is built anew for changes of its own', async (t) => {
  const edit = { from: 'a', to: 'b' };
  t.ok(
    changesAgent([
      { ...edit, file: 'initrd/init' },
      { ...edit, file: 'agent/main.go' },
    ]),
  );
  t.notOk(changesAgent([{ ...edit, file: 'initrd/init' }]));
  t.notOk(changesAgent([]));
});
