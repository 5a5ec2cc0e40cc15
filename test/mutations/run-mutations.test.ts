/**
 * What counts as caught, and which mutations are run.
 */

import t from 'tap';
import type { Failure } from '../../harness/model/outcome.js';
import type { CaseRecord } from '../../harness/model/record.js';
import { singleMachine } from '../../harness/model/topology.js';
import { fakeSuite } from '../support/fixtures.js';
import { mutatedSuite } from './mutated-suite.js';
import { assertionFailed, assertionFailedIn, type Mutation } from './mutation.js';
import { renderMutation, renderTotals } from './render-mutations.js';
import { type MutationRun, rowOf, runMutations } from './run-mutations.js';
import { sampleMutations, selectMutations, splitMutations } from './select-mutations.js';

const mutation: Mutation = {
  id: 'boot/broken',
  suite: 'boot/one',
  describes: 'it is broken',
  change: { kind: 'config', apply: (config) => ({ ...config, passwd: { groups: [] } }) },
  expect: assertionFailed,
};

function caseRecord(status: CaseRecord['status'], failure?: Partial<Failure>): CaseRecord {
  const attempt = { attempt: 1, ...(failure ? { failure } : {}) };
  return { status, attempts: [attempt] } as unknown as CaseRecord;
}

t.test('only the right failure is a catch', async (t) => {
  const right = { phase: 'suite', code: 'ASSERTION_FAILED', message: 'wrong' } as const;
  const caught = (record: CaseRecord | undefined) => rowOf(mutation, record, 1).caught;
  t.ok(caught(caseRecord('failed', right)));
  t.notOk(caught(caseRecord('passed')), 'a suite that stays green');
  t.notOk(caught(caseRecord('errored', right)), 'an error of the host');
  t.notOk(caught(caseRecord('flaky', right)), 'a pass in the end');
  t.notOk(caught(caseRecord('failed', { ...right, code: 'BOOT_TIMEOUT' })), 'another code');
  t.notOk(caught(caseRecord('failed', { ...right, phase: 'units' })), 'another phase');
  t.notOk(caught(undefined), 'a suite that was excluded');
});

t.test('where a step is named, only a failure in it is a catch', async (t) => {
  const meant = { ...mutation, expect: assertionFailedIn('it returns') };
  const wrong = { phase: 'suite', code: 'ASSERTION_FAILED', message: 'wrong' } as const;
  const row = (...steps: string[]) => rowOf(meant, caseRecord('failed', { ...wrong, steps }), 1);
  t.ok(row('it returns').caught);
  t.ok(row('it returns', 'and serves').caught, 'in a step inside of it');
  t.notOk(row('it is lost').caught, 'in another step');
  t.notOk(rowOf(meant, caseRecord('failed', wrong), 1).caught, 'outside of any');
  t.ok(rowOf(mutation, caseRecord('failed', { ...wrong, steps: ['any'] }), 1).caught, 'none named');
  t.match(renderMutation(row('it returns')), /^caught .*ASSERTION_FAILED in 'it returns' {2}0 s$/);
  const seen = /NOT CAUGHT.*failed suite\/ASSERTION_FAILED in 'it is lost'/;
  t.match(renderMutation(row('it is lost')), seen);
  t.match(renderMutation(row('it is lost')), /expected failed suite\/\w+ in 'it returns'\n/);
});

t.test('the table says what was expected where it was not caught', async (t) => {
  const passed = rowOf(mutation, caseRecord('passed'), 1500);
  t.match(renderMutation(passed), /NOT CAUGHT.*boot\/broken.*passed.*2 s.*expected failed suite\//);
  t.equal(renderTotals([passed, { ...passed, caught: true }]), '1 passed, 1 failed');
});

t.test('a mutated suite has another config, and nothing else changes', async (t) => {
  const config = { systemd: { units: [] } };
  const provisioning = { kind: 'ignition', config } as const;
  const suite = fakeSuite('boot/one', { topology: singleMachine({ provisioning }) });
  const mutated = mutatedSuite(suite, mutation);
  t.same(mutated.topology.roles['main'], {
    ...suite.topology.roles['main'],
    provisioning: {
      ...provisioning,
      config: { ...config, passwd: { groups: [] } },
      version: '3.3.0',
    },
  });
  t.same({ ...mutated, topology: 0 }, { ...suite, topology: 0, start: 'first-boot' });
  const cold = fakeSuite('boot/one', { start: 'cold' });
  t.equal(mutatedSuite(cold, mutation).start, 'cold');
  const image = { ...mutation, change: { kind: 'image', variant: { name: 'x' } } } as const;
  t.equal(mutatedSuite(suite, image as never).start, 'cold', 'a broken image has no template');
});

t.test('selection by glob', async (t) => {
  const other = { ...mutation, id: 'verity/off', suite: 'verity/two' };
  const ids = (...globs: string[]) => selectMutations([mutation, other], globs).map(({ id }) => id);
  t.same(ids(), ['boot/broken', 'verity/off']);
  t.same(ids('verity/*'), ['verity/off']);
  t.same(ids('boot/one'), ['boot/broken']);
  t.throws(() => ids('net/*'), { code: 'NOTHING_SELECTED', message: /no mutation matches net/ });
});

t.test('samples move on with the seed until all have had their turn', async (t) => {
  const all = Array.from({ length: 7 }, (_, n) => ({ ...mutation, id: `a/${n}` }));
  const seen = new Set<string>();
  for (let seed = 100; seed < 104; seed++) {
    const sample = sampleMutations(all, { count: 2, seed });
    t.equal(sample.length, 2);
    for (const { id } of sample) seen.add(id);
  }
  t.equal(seen.size, 7);
  t.equal(sampleMutations(all, { count: 99, seed: 3 }).length, 7);
});

t.test('suites that the image excludes are said, and prove nothing', async (t) => {
  const other = { ...mutation, id: 'boot/other', suite: 'boot/two' };
  const suites = [fakeSuite('boot/one'), fakeSuite('boot/two')];
  const whyNot = ({ id }: { id: string }) => (id === 'boot/one' ? 'needs a TPM' : undefined);
  t.same(splitMutations([mutation, other], suites, whyNot), {
    possible: [other],
    excluded: ['excluded    boot/broken  boot/one  needs a TPM'],
  });
  const message =
    'no mutation can be run on this image:\nexcluded    boot/broken  boot/one  needs a TPM';
  t.throws(() => splitMutations([mutation], suites, whyNot), { code: 'NOTHING_SELECTED', message });
});

t.test('what needs more than its part runs alone, after the others', async (t) => {
  const names = ['boot/a', 'boot/large', 'boot/b', 'boot/c', 'boot/huge'];
  const living = new Set<string>();
  const seen: string[] = [];
  let most = 0;
  const run: MutationRun = {
    mutations: names.map((suite) => ({ ...mutation, id: `${suite}-broken`, suite })),
    suites: names.map((name) => {
      const provisioning = { kind: 'ignition', config: {} } as const;
      return fakeSuite(name, { topology: singleMachine({ provisioning }) });
    }),
    baseImage: {} as never,
    makeVariant: async () => ({}) as never,
    withRelease: async () => ({}) as never,
    withPart: async () => ({}) as never,
    fits: ({ id }) => id.length === 'boot/a'.length,
    runCase: async ({ id }, _image, room) => {
      living.add(id);
      most = Math.max(most, living.size);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`${id} ${room} ${room === 'whole' ? living.size : ''}`.trim());
      living.delete(id);
      return undefined;
    },
    jobs: 2,
    onRow: () => undefined,
    signal: new AbortController().signal,
  };
  const rows = await runMutations(run);
  t.same(
    rows.map(({ suite }) => suite),
    names,
    'rows keep their order',
  );
  t.same(seen, [
    ...['boot/a part', 'boot/b part', 'boot/c part'],
    ...['boot/large whole 1', 'boot/huge whole 1'],
  ]);
  t.equal(most, 2);
});
