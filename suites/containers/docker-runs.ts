/**
 * Docker for the user core, started when it is first used.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker, loadNginx, nginxImage } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/docker-runs',
  summary: 'Docker starts on its first use, and the user core runs containers with it.',
  claims: ['R01', 'R03', 'R05', 'R09'],
  tags: ['containers', 'smoke'],
  applies: { needs: ['docker', 'extra:nginx'] },
  topology: singleMachine(),
  async run(context) {
    const main = context.machine();
    await settled(main);
    await context.step('the socket listens and the daemon does not run yet', async () => {
      check.equal((await main.unit('docker.socket')).activeState, 'active', 'docker.socket');
      check.equal((await main.unit('docker.service')).activeState, 'inactive', 'docker.service');
    });
    await context.step('the first call by core starts it', async () => {
      await docker(main, 'ps');
      check.equal((await main.unit('docker.service')).activeState, 'active', 'docker.service');
    });
    await context.step('it uses cgroup v2 through systemd', async () => {
      const info = await docker(main, 'info', '-f', '{{.CgroupVersion}} {{.CgroupDriver}}');
      check.equal(info, '2 systemd', 'cgroups of docker');
      const type = await main.output(['stat', '-fc', '%T', '/sys/fs/cgroup']);
      check.equal(type, 'cgroup2fs', 'file system of /sys/fs/cgroup');
    });
    await context.step('a container runs to its end', async () => {
      await loadNginx(context, main);
      const argv = ['docker', 'run', '--rm', nginxImage, 'nginx', '-v'] as const;
      const { status, stderr } = await main.exec(argv, { timeoutMs: 120_000 });
      check.equal(status, 0, 'status of the container');
      check.matches(stderr, /^nginx version: nginx\/\d/m, 'what nginx says');
    });
  },
});
