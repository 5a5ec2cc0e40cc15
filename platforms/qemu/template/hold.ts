/**
 * The conversation with an image that is about to run Ignition: it says `hold`, and goes on when it
 * is told to, with the right time.
 */

import { abortable, withDeadline, withResolvers } from '../../../harness/base/deadline.js';
import { ProductError } from '../../../harness/base/errors.js';
import type { Vm } from '../vm.js';

/** Resolves when the guest waits. Throws HOLD_TIMEOUT (product), the signal's reason. */
export async function awaitHold(
  vm: Vm,
  options: { readonly machine: string; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { machine, limitMs, signal } = options;
  const held = withResolvers<void>();
  let seen = '';
  vm.hold?.setEncoding('utf8').on('data', (text: string) => {
    seen = (seen + text).slice(-64);
    if (seen.includes('hold\n')) held.resolve();
  });
  using deadline = withDeadline(signal, limitMs, () => holdTimeout(machine, limitMs));
  await abortable(held.promise, deadline.signal);
}

function holdTimeout(machine: string, limitMs: number): ProductError {
  const message = `${machine} did not reach Ignition within ${Math.round(limitMs / 1000)} s; see its console.log`;
  return new ProductError('HOLD_TIMEOUT', message, { machine, phase: 'initrd' });
}

/** Lets the guest go on, now and at every first boot that is still to come in its life. */
export async function releaseHold(vm: Vm): Promise<void> {
  const { hold } = vm;
  if (!hold) throw new Error('the VM has no hold port');
  answerHolds(vm);
  await new Promise<void>((resolve, reject) => {
    hold.write(goOn(), (error) => (error ? reject(error) : resolve()));
  });
}

/** A reset begins the first boot anew; nobody means to freeze the machine there a second time. */
export function answerHolds({ hold }: Pick<Vm, 'hold'>): void {
  let seen = '';
  hold?.setEncoding('utf8').on('data', (text: string) => {
    seen = (seen + text).slice(-64);
    if (!seen.includes('hold\n')) return;
    seen = '';
    hold.write(goOn());
  });
}

/** With the time: the guest's clock may be that of the moment in which its template was frozen. */
function goOn(): string {
  return `go ${Math.round(Date.now() / 1000)}\n`;
}
