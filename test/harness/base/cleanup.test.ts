/**
 * Cleanup runs everything, in reverse, once, and keeps every failure.
 */

import t from 'tap';
import { Cleanup } from '../../../harness/base/cleanup.js';
import { InfrastructureError } from '../../../harness/base/errors.js';

t.test('steps run in reverse although one fails', async (t) => {
  const seen: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add('first', () => void seen.push('first'));
  cleanup.add('second', async () => {
    seen.push('second');
    throw new Error('no');
  });
  cleanup.add('third', async () => void seen.push('third'));
  const failures = await cleanup.run();
  t.same(seen, ['third', 'second', 'first']);
  t.match(failures, [
    { code: 'CLEANUP_FAILED', kind: 'infrastructure', phase: 'teardown', message: 'second: no' },
  ]);
});

t.test('an error with a code of its own keeps it', async (t) => {
  const cleanup = new Cleanup();
  cleanup.add('process', () => {
    throw new InfrastructureError('PROCESS_LEAKED', 'pid 1 is still there');
  });
  t.match(await cleanup.run(), [{ code: 'PROCESS_LEAKED', phase: 'teardown' }]);
});

t.test('running twice undoes once', async (t) => {
  let count = 0;
  const cleanup = new Cleanup();
  cleanup.add('step', () => void count++);
  await Promise.all([cleanup.run(), cleanup.run()]);
  await cleanup.run();
  t.equal(count, 1);
});

t.test('moved steps belong to the heir alone', async (t) => {
  let count = 0;
  const cleanup = new Cleanup();
  cleanup.add('step', () => void count++);
  const heir = cleanup.move();
  await cleanup.run();
  t.equal(count, 0);
  await heir.run();
  t.equal(count, 1);
});

t.test('disposing throws the first failure', async (t) => {
  const cleanup = new Cleanup();
  cleanup.own('resource', {
    [Symbol.asyncDispose]: async () => {
      throw new Error('stuck');
    },
  });
  await t.rejects(cleanup[Symbol.asyncDispose](), { code: 'CLEANUP_FAILED' });
});
