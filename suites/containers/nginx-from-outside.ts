/**
 * A container as a service, from an archive on the network.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker, nginxImage } from '../support/docker.js';
import { settled } from '../support/running.js';

const unit = `[Unit]
Description=nginx
After=docker.service
Requires=docker.service

[Service]
ExecStartPre=-/usr/bin/docker rm -f web
ExecStart=/usr/bin/docker run --name web -p 8080:80 ${nginxImage}
ExecStop=/usr/bin/docker stop web
Restart=always
`;

const answers = 'until curl -sf -o /dev/null http://127.0.0.1:8080/; do sleep 0.5; done';

export default defineSuite({
  id: 'containers/nginx-from-outside',
  summary: 'nginx runs from an archive that a server outside of the machine has.',
  claims: ['R03'],
  tags: ['containers', 'talk'],
  applies: { needs: ['docker', 'extra:nginx'] },
  topology: singleMachine({
    services: [
      {
        kind: 'http',
        address: '10.0.2.80',
        port: 80,
        files: {},
        extras: { '/nginx.tar': 'nginx' },
      },
    ],
  }),
  limits: { runMs: 480_000 },
  expects: [
    { pattern: 'unit-failed', reason: 'the suite kills the container' },
    { pattern: 'unit-result', reason: 'the suite kills the container' },
  ],
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await context.step('the image comes over the network, straight into docker', async () => {
      const fetch = 'curl -sSf http://10.0.2.80/nginx.tar | docker load';
      const loaded = await machine.sh(`set -o pipefail; ${fetch}`, { timeoutMs: 180_000 });
      check.includes(check.succeeds(loaded, 'loading the image'), nginxImage, 'docker load');
    });
    await context.step('a unit runs it', async () => {
      await machine.writeFile('/etc/systemd/system/web.service', unit);
      await machine.output(['systemctl', 'daemon-reload'], { sudo: true });
      await machine.output(['systemctl', 'start', 'web'], { sudo: true });
      check.succeeds(await machine.sh(answers, { timeoutMs: 90_000 }), 'waiting for nginx');
    });
    await context.step('and has it run again when it is killed', async () => {
      await docker(machine, 'kill', 'web');
      check.succeeds(await machine.sh(answers, { timeoutMs: 90_000 }), 'waiting for nginx');
    });
  },
});
