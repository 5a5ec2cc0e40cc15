/**
 * What flatcar-update must not install.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { bootedSlot } from '../support/slots.js';
import { installMs, updatable, updateConf, updateNeeds, updateStatus } from '../support/updates.js';

/** Source: flatcar/update_engine, payload_processor.cc; and the words of the reference image. */
const refusal = /Public key verification failed|VerifyPayload failure|not signed by the key/;

async function mustRefuse(machine: Machine, version: string, payload: string): Promise<void> {
  const argv = ['flatcar-update', '-V', version, '-P', payload] as const;
  const result = await machine.exec(argv, { sudo: true, timeoutMs: installMs });
  check.fails(result, `flatcar-update of ${payload}`);
}

export default defineSuite({
  id: 'update/offline-refused',
  summary:
    'flatcar-update refuses a payload that nobody signed, or a stranger, and leaves the settings alone.',
  claims: ['A46'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'flatcar-update', 'release:foreign-key'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    const stranger = context.release('foreign-key');
    const before = await machine.readFile(updateConf);
    await context.step('a file that is no payload', async () => {
      await machine.writeFile('/var/tmp/payload', 'CrAU and nothing else\n');
      await mustRefuse(machine, '99999.0.0', '/var/tmp/payload');
    });
    await context.step('a payload that is whole, and signed with another key', async () => {
      const payload = '/var/tmp/flatcar_production_update.gz';
      await machine.upload(stranger.payload.path, payload, { timeoutMs: 600_000 });
      await mustRefuse(machine, stranger.version, payload);
      const said = await machine.journal({ unit: 'update-engine.service' });
      const why = said.map(({ message }) => message).filter((line) => refusal.test(line));
      check.ok(why.length > 0, 'the engine says that it is the signature', said.slice(-10));
    });
    await context.step('a user who is not root', async () => {
      const argv = ['flatcar-update', '-V', '99999.0.0', '-P', '/var/tmp/payload'] as const;
      check.fails(await machine.exec(argv), 'flatcar-update by core');
    });
    await context.step('nothing has changed', async () => {
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
      check.equal(await bootedSlot(machine), 'a', 'the running slot');
      const lines = (text: string) => text.trim().split('\n').sort();
      check.equal(lines(await machine.readFile(updateConf)), lines(before), updateConf);
    });
  },
});
