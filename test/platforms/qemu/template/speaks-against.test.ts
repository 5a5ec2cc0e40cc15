/**
 * Which errors throw a template away, and which leave it to the next fork.
 */

import t from 'tap';
import { InfrastructureError, ProductError } from '../../../../harness/base/errors.js';
import { diskFull, explainExit, qemuStopped } from '../../../../platforms/qemu/exit-cause.js';
import type { QemuExit } from '../../../../platforms/qemu/qemu-process.js';
import { speaksAgainst } from '../../../../platforms/qemu/template/speaks-against.js';

function exitBy(exit: QemuExit): Error {
  const seen = { machine: 'main-0', phase: 'firmware', stderrTail: '' } as const;
  return explainExit({ ...seen, exit, shutdownReason: undefined });
}

const failed = (code: string) => new InfrastructureError(code, 'no');

t.test('what its own files cause', async (t) => {
  const disks = ['OVERLAY_FAILED', 'FORK_NOT_PRISTINE', 'BAD_TEMPLATE'];
  for (const code of [...disks, 'SESSION_NOT_CARRIED', 'STATE_NOT_MOVED', 'THAW_TIMEOUT']) {
    t.ok(speaksAgainst(failed(code), 'main-0'), code);
  }
  t.ok(
    speaksAgainst(exitBy({ code: 1, signal: undefined }), 'main-0'),
    'a state that can not be loaded',
  );
  t.ok(speaksAgainst(exitBy({ code: undefined, signal: 'SIGABRT' }), 'main-0'));
});

t.test('what the host does to any process', async (t) => {
  t.notOk(speaksAgainst(exitBy({ code: undefined, signal: 'SIGKILL' }), 'main-0'), 'out of memory');
  for (const error of [diskFull('main-0'), qemuStopped('main-0'), failed('HOST_IO')]) {
    t.notOk(speaksAgainst(error, 'main-0'), error.code);
  }
  t.notOk(speaksAgainst(new Error('a bug'), 'main-0'));
});

t.test('what a guest of its memory does, and no other', async (t) => {
  const panic = new ProductError('KERNEL_PANIC', 'no', { machine: 'main-0', phase: 'kernel' });
  t.ok(speaksAgainst(panic, 'main-0'));
  t.notOk(speaksAgainst(panic, 'main-1'), 'its sibling');
  const refused = { machine: 'main-0', phase: 'ignition' } as const;
  const config = new ProductError('IGNITION_FAILED', 'a bad config', refused);
  t.notOk(speaksAgainst(config, 'main-0'), 'no damage makes a config a bad one');
});
