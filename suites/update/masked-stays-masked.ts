/**
 * The promise of the first demo: masked updates stay masked.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, updatable, updateNeeds } from '../support/updates.js';

const masked = ['update-engine.service', 'locksmithd.service'];

export default defineSuite({
  id: 'update/masked-stays-masked',
  summary: 'Where the user masked the services of updates, no update comes, whatever is asked.',
  claims: ['I22'],
  tags: ['update', 'talk'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable({
    systemd: {
      units: masked.map((name) => ({ name, mask: true })),
    },
  }),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    server.offer(context.release('next'));
    await configureUpdates(machine);
    await context.step('neither service runs, nor can it be started', async () => {
      for (const name of masked) {
        check.equal((await machine.unit(name)).loadState, 'masked', `load state of ${name}`);
        check.fails(await machine.exec(['systemctl', 'start', name], { sudo: true }), name);
      }
    });
    await context.step('the client finds nobody', async () => {
      const argv = ['update_engine_client', '-check_for_update'] as const;
      check.fails(await machine.exec(argv, { sudo: true }), 'update_engine_client');
    });
    await context.step('it is so after a reboot, too', async () => {
      await machine.reboot();
      for (const name of masked) {
        check.equal((await machine.unit(name)).loadState, 'masked', `load state of ${name}`);
      }
      check.equal(server.messages(), [], 'what the server heard');
    });
  },
});
