/**
 * The container of the talk: nginx loaded from a file, published on a port, answering the outside.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker, loadNginx, nginxImage } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/nginx-from-file',
  summary: 'An nginx image loaded from a file runs under docker and answers on a published port.',
  claims: ['R12'],
  tags: ['containers', 'talk'],
  applies: { needs: ['docker', 'extra:nginx'] },
  topology: singleMachine({ forwards: [8080] }),
  async run(context) {
    const main = context.machine();
    await settled(main);
    await context.step('load the image from a file', async () => await loadNginx(context, main));
    await context.step('run it with a published port', async () => {
      await docker(main, 'run', '-d', '--name', 'web', '-p', '8080:80', nginxImage);
      const names = await docker(main, 'ps', '--format', '{{.Names}}');
      check.equal(names, 'web', 'running containers');
    });
    await context.step('it answers from outside', async () => {
      const { status, body } = await main.get({ port: 8080, timeoutMs: 30_000 });
      check.equal(status, 200, 'HTTP status of nginx');
      check.matches(body, /nginx/i, 'page of nginx');
    });
  },
});
