/**
 * A key added by hand stays beside those of the config.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const keys = '/home/core/.ssh/authorized_keys';
const key = '/home/core/harbour';

export default defineSuite({
  id: 'ignition/ssh-keys-merged',
  summary: 'update-ssh-keys adds a key, and it and the ones of the config are kept over a reboot.',
  claims: ['I17'],
  tags: ['ignition', 'ssh', 'reboot'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const made = `ssh-keygen -q -t ed25519 -N '' -C harbour -f ${key}; cat ${key}.pub`;
    const added = check.succeeds(await main.sh(made), 'ssh-keygen');
    await step('a second key is added', async () => {
      await main.output(['update-ssh-keys', '-a', 'harbour', `${key}.pub`]);
      check.includes(await main.readFile(keys), added, keys);
    });
    await step('text that is no key is refused', async () => {
      const refused = await main.exec(['update-ssh-keys', '-a', 'wrong'], { stdin: 'no key\n' });
      check.fails(refused, 'update-ssh-keys');
    });
    await step('both are there after a reboot', async () => {
      await main.reboot();
      await settled(main);
      const text = await main.readFile(keys);
      check.includes(text, added, keys);
      const others = text.split('\n').filter((line) => line !== '' && line !== added);
      check.ok(others.length > 0, 'the key of the config is there too', text);
    });
    await step('the added key opens the door', async () => {
      const options = ['-i', key, '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'] as const;
      const said = await main.output(['ssh', ...options, 'core@127.0.0.1', 'echo', 'welcome']);
      check.equal(said, 'welcome', 'what the shell said');
    });
  },
});
