/**
 * Mutations of the update agent are changes of its source, which moves on: each must still fit.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { applyEdit } from '../../images/reference/agent-edits.js';
import { builderSource } from '../../images/reference/build.js';
import { mutations } from './all.js';

const edits = mutations.flatMap(({ id, change }) => {
  const variant = change.kind === 'config' ? undefined : change.variant;
  return (variant?.agentEdits ?? []).map((edit) => ({ id, edit }));
});

t.test('every change of the agent fits its source', async (t) => {
  t.ok(edits.length > 0, 'there are changes to look at');
  for (const { id, edit } of edits) {
    const text = readFileSync(join(builderSource(), 'agent', edit.file), 'utf8');
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
