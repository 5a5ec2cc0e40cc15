/**
 * A witness that waits in a template: a shell that keeps the template's nonce in its memory and the
 * harness on the line. A fork's gives its evidence while the SSH session comes up, on the other
 * processor, and sets the clock by the way.
 */

import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { abortable, withDeadline } from '../../../harness/base/deadline.js';
import { CancelledError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';
import { callPlaces } from '../argv-sockets.js';
import type { Vm } from '../vm.js';
import { type Evidence, notPristine } from './prove-fork.js';

const { address, port } = callPlaces.witness;

/** What the witness says when it waits. */
const ready = 'ready\n';

/** All but the setting of the clock is bash's own: no other program has to be started. */
const script = (nonce: string) => `systemd-run --quiet --collect --unit=fork-witness \\
  --property='SuccessExitStatus=1 126 127' bash -c '
  exec 3<>/dev/tcp/${address}/${port}
  nonce=${nonce}
  printf "${ready.trim()}\\n" >&3
  read -r -u 3 now
  read -r uuid < /proc/sys/kernel/random/uuid
  date -s "@$now" > /dev/null && printf "%s %s\\n" "$nonce" "$uuid" >&3'`;

/** Within which time, and until when. */
export interface WitnessLimits {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Whether one waits now. Where a guest has none to offer its forks are asked by SSH. */
export async function keepWitness(
  guest: Guest,
  { witness }: Vm,
  nonce: string,
  { limitMs, signal }: WitnessLimits,
): Promise<boolean> {
  if (!witness) return false;
  const started = await guest.sh(script(nonce), { sudo: true });
  if (started.status !== 0) return false;
  const said = await lineOf(witness, { limitMs, signal }).catch(() => undefined);
  signal.throwIfAborted();
  return said === ready;
}

/** Asks the witness of a fork. Throws FORK_NOT_PRISTINE (infrastructure) when it says nothing. */
export async function askWitness(
  witness: Duplex | undefined,
  machine: string,
  limits: WitnessLimits,
): Promise<Evidence> {
  witness?.write(`${(Date.now() / 1000).toFixed(3)}\n`);
  const line = witness && (await lineOf(witness, limits).catch(() => undefined));
  limits.signal.throwIfAborted();
  if (line === undefined) throw notPristine(machine, 'its witness says nothing');
  const [nonce = '', uuid = ''] = line.trim().split(' ');
  return { nonce, uuid };
}

/** What comes until a line has ended. Throws when it does not, or the connection ends. */
async function lineOf(witness: Duplex, { limitMs, signal }: WitnessLimits): Promise<string> {
  const late = () => new CancelledError('NO_WITNESS', 'the witness is late');
  using deadline = withDeadline(signal, limitMs, late);
  const ended = once(witness, 'close').then(() => Promise.reject(new Error('it has hung up')));
  return await abortable(Promise.race([readLine(witness), ended]), deadline.signal);
}

function readLine(witness: Duplex): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const take = (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.endsWith('\n')) return;
      witness.off('data', take);
      resolve(said);
    };
    witness.on('data', take);
  });
}
