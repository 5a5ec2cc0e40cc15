/**
 * A system without container runtimes: masking their extensions in the config removes them.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const masked = ['docker-flatcar', 'containerd-flatcar'];

export default defineSuite({
  id: 'sysext/runtimes-masked',
  summary: 'Masking the docker and containerd extensions leaves a system without them.',
  claims: ['F14'],
  tags: ['sysext', 'talk', 'first-boot', 'smoke'],
  applies: { needs: ['sysext', 'docker', 'containerd'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          links: masked.map((name) => ({
            path: `/etc/extensions/${name}.raw`,
            target: '/dev/null',
            overwrite: true,
          })),
        },
      },
    },
  }),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('neither program is there', async () => {
      for (const program of ['docker', 'containerd', 'ctr', 'runc']) {
        check.fails(await main.sh(`command -v ${program}`), `looking for ${program}`);
      }
    });
    await step('neither unit is there', async () => {
      for (const name of ['docker.service', 'docker.socket', 'containerd.service']) {
        check.equal((await main.unit(name)).loadState, 'not-found', `load state of ${name}`);
      }
    });
    await step('neither extension is merged', async () => {
      const status = await main.output(['systemd-sysext', 'status', '--json=short']);
      for (const name of masked) check.excludes(status, name, 'merged extensions');
    });
  },
});
