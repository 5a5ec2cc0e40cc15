/**
 * When a cause that was survived so far explains what comes next.
 */

import t from 'tap';
import { SurvivableCauses } from '../../../harness/execute/survivable-causes.js';

function causesAt(times: readonly number[]) {
  const left = [...times];
  return new SurvivableCauses({ now: () => new Date(0), elapsedMs: () => left.shift() ?? 0 });
}

t.test('the latest one does, once and not much later', async (t) => {
  const causes = causesAt([0, 10, 30_000]);
  const [first, second] = [() => undefined, () => undefined];
  causes.keep('main-0', 'device-timeout', first);
  causes.keep('main-0', 'device-timeout', second);
  t.equal(causes.behind('main-1', 'emergency-mode'), undefined, 'another machine');
  t.equal(causes.behind('main-0', 'kernel-panic'), undefined, 'no consequence');
  t.equal(causes.behind('main-0', 'emergency-mode'), second);
  t.equal(causes.behind('main-0', 'emergency-mode'), undefined);

  const late = causesAt([0, 30_001]);
  late.keep('main-0', 'device-timeout', first);
  t.equal(late.behind('main-0', 'emergency-mode'), undefined);
});

t.test('what only follows from another is none', async (t) => {
  const causes = causesAt([]);
  causes.keep('main-0', 'dependency-failed', () => undefined);
  t.equal(causes.behind('main-0', 'emergency-mode'), undefined);
});
