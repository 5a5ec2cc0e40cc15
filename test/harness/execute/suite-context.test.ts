/**
 * What a suite is handed of the image: releases and files beside it, by name.
 */

import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Attachments } from '../../../harness/execute/attempt-files.js';
import { Steps } from '../../../harness/execute/steps.js';
import { makeSuiteContext } from '../../../harness/execute/suite-context.js';
import type { UpdateRelease } from '../../../harness/model/updates.js';
import { fakeImage } from '../../support/fixtures.js';

function contextOf(t: Test) {
  const taken: string[] = [];
  const next = { name: 'next', version: '9999.0.1' } as UpdateRelease;
  const context = makeSuiteContext({
    attachments: new Attachments(t.testdir(), join('cases', 'attachments')),
    image: { ...fakeImage(), releases: new Map([['next', next]]) },
    machines: [],
    network: undefined,
    steps: new Steps({ started: () => undefined, ended: () => undefined }),
    signal: new AbortController().signal,
    onAttached: () => undefined,
    onRelease: (name) => taken.push(name),
  });
  return { context, taken };
}

t.test('a release that is taken is told of once', async (t) => {
  const { context, taken } = contextOf(t);
  t.equal(context.release('next').version, '9999.0.1');
  context.release('next');
  t.same(taken, ['next']);
});

t.test('what is not there is the suite’s bug, and taken by nobody', async (t) => {
  const { context, taken } = contextOf(t);
  t.throws(() => context.release('bad'), {
    code: 'RELEASE_MISSING',
    message: /wants the release bad; it was given: next; add release:bad/,
  });
  t.throws(() => context.extra('nginx'), { code: 'EXTRA_MISSING', message: /add extra:nginx/ });
  t.same(taken, []);
});
