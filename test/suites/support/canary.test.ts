/**
 * What suites about canaries keep, however they end.
 */

import t from 'tap';
import type { Machine } from '../../../harness/model/machine.js';
import type { SuiteContext } from '../../../harness/model/suite.js';
import { withEvidence } from '../../../suites/support/canary.js';

/** Two machines that have said these events, and what is attached. */
function contextOf(events: Readonly<Record<string, readonly string[]>>) {
  const attached: Record<string, unknown> = {};
  const machines = Object.entries(events).map(([name, said]) => {
    const updateServer = () => ({ events: () => said, messages: () => [{ kind: 'ping', name }] });
    return { name, updateServer } as unknown as Machine;
  });
  const context = {
    machines,
    machine: (role: string) => machines.find(({ name }) => name.startsWith(role)),
    step: async (_: string, body: () => Promise<void>) => await body(),
    attach: async (name: string, text: string) => {
      attached[name] = JSON.parse(text);
    },
  };
  return { context: context as unknown as SuiteContext, attached };
}

const kept = {
  'canary-evidence.json': [
    { machine: 'canary-0', messages: [{ kind: 'ping', name: 'canary-0' }] },
    { machine: 'stable-0', messages: [{ kind: 'ping', name: 'stable-0' }] },
  ],
};

t.test('what was said is kept when all went well', async (t) => {
  const { context, attached } = contextOf({ 'canary-0': ['3/1'], 'stable-0': ['3/2'] });
  await withEvidence(context, async () => undefined);
  t.same(attached, kept);
});

t.test('and when the release did not hold', async (t) => {
  const { context, attached } = contextOf({ 'canary-0': [], 'stable-0': [] });
  const why = new Error('it runs the old one');
  await t.rejects(
    withEvidence(context, async () => await Promise.reject(why)),
    why,
  );
  t.same(attached, kept);
});

t.test('a machine that had no part in it must say nothing of updates', async (t) => {
  const { context } = contextOf({ 'canary-0': [], 'stable-0': ['3/2', '14/1'] });
  await t.rejects(
    withEvidence(context, async () => undefined),
    { code: 'ASSERTION_FAILED', message: /what stable-0 says of updates/ },
  );
});
