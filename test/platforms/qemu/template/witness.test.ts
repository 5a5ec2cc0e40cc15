/**
 * What a witness says, and what it means when it says nothing.
 */

import { Duplex } from 'node:stream';
import t from 'tap';
import type { Guest } from '../../../../harness/model/machine.js';
import { judge } from '../../../../platforms/qemu/template/prove-fork.js';
import type { Template } from '../../../../platforms/qemu/template/template.js';
import { askWitness, keepWitness } from '../../../../platforms/qemu/template/witness.js';
import type { Vm } from '../../../../platforms/qemu/vm.js';

const { signal } = new AbortController();
const soon = { limitMs: 50, signal };

/** The harness's end of a line at whose other end somebody answers what is said. */
function lineTo(answer: (said: string, line: Duplex) => void): Duplex {
  return new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      answer(chunk.toString(), this);
      done();
    },
  });
}

function guestThat(status: number): { readonly guest: Guest; readonly scripts: string[] } {
  const scripts: string[] = [];
  const sh = async (script: string) => {
    scripts.push(script);
    return { status, stdout: '', stderr: '' };
  };
  return { guest: { sh } as unknown as Guest, scripts };
}

const vmWith = (witness: Duplex | undefined) => ({ witness }) as unknown as Vm;

t.test('a witness that waits is kept, with the nonce', async (t) => {
  const line = lineTo(() => undefined);
  line.push('rea');
  setImmediate(() => line.push('dy\n'));
  const { guest, scripts } = guestThat(0);
  t.ok(await keepWitness(guest, vmWith(line), 'n0nce', soon));
  t.match(scripts, [/nonce=n0nce\n/]);
});

t.test('none is kept where none waits', async (t) => {
  const silent = lineTo(() => undefined);
  t.notOk(await keepWitness(guestThat(0).guest, vmWith(undefined), 'n', soon), 'no line');
  t.notOk(await keepWitness(guestThat(1).guest, vmWith(silent), 'n', soon), 'not started');
  t.notOk(await keepWitness(guestThat(0).guest, vmWith(silent), 'n', soon), 'says nothing');
  const gone = lineTo(() => undefined);
  setImmediate(() => gone.destroy());
  const far = { ...soon, limitMs: 60_000 };
  t.notOk(await keepWitness(guestThat(0).guest, vmWith(gone), 'n', far), 'has hung up');
});

t.test('a fork’s is told the time, and answers with its nonce and a random word', async (t) => {
  let told = '';
  const line = lineTo((said, self) => {
    told += said;
    self.push('n0nce uuid-7\n');
  });
  const beforeMs = Date.now();
  t.strictSame(await askWitness(line, 'main-0', soon), { nonce: 'n0nce', uuid: 'uuid-7' });
  const seconds = Number(/^(\d+\.\d{3})\n$/.exec(told)?.[1]);
  t.ok(seconds * 1000 >= beforeMs - 1 && seconds * 1000 <= Date.now() + 1, told);
});

t.test('one that says nothing is no witness', async (t) => {
  const expected = {
    ...{ kind: 'infrastructure', code: 'FORK_NOT_PRISTINE', machine: 'main-0' },
    message: /its witness says nothing/,
  };
  const silent = lineTo(() => undefined);
  await t.rejects(askWitness(silent, 'main-0', soon), expected);
  await t.rejects(askWitness(undefined, 'main-0', soon), expected, 'nobody could call');
  const cancelled = AbortSignal.abort(new Error('over'));
  const over = askWitness(silent, 'main-0', { ...soon, signal: cancelled });
  await t.rejects(over, { message: 'over' });
});

t.test('what it says is judged', async (t) => {
  const template = { meta: { nonce: 'n', uuid: 'the template’s' } } as unknown as Template;
  t.doesNotThrow(() => judge({ nonce: 'n', uuid: 'w-1' }, template, 'main-0'));
  const wrong = [
    [{ nonce: 'other', uuid: 'w-2' }, /memory is not that of its template/],
    [{ nonce: 'n', uuid: 'the template’s' }, /random numbers/],
    [{ nonce: 'n', uuid: 'w-1' }, /random numbers/],
    [{ nonce: 'n', uuid: '' }, /random numbers/],
  ] as const;
  for (const [evidence, message] of wrong) {
    t.throws(() => judge(evidence, template, 'main-0'), { code: 'FORK_NOT_PRISTINE', message });
  }
});
