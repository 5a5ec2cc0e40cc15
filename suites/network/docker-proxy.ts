/**
 * A proxy of docker's environment is the one that docker uses.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker } from '../support/docker.js';
import { settled } from '../support/running.js';
import { serverAddress } from '../support/test-authority.js';

const proxy = `http://${serverAddress}:3128`;

const config = `variant: flatcar
version: 1.0.0
systemd:
  units:
    - name: docker.service
      dropins:
        - name: 20-proxy.conf
          contents: |
            [Service]
            Environment=HTTPS_PROXY=${proxy}
`;

export default defineSuite({
  id: 'network/docker-proxy',
  summary: 'docker says that it has the proxy, and asks it for images.',
  claims: ['N21'],
  tags: ['network', 'docker', 'butane'],
  applies: { needs: ['docker'] },
  topology: singleMachine({
    services: [{ kind: 'http', address: serverAddress, port: 3128, files: {} }],
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('docker knows its proxy', async () => {
      const known = await docker(main, 'info', '--format', '{{.HTTPSProxy}}');
      check.equal(known, proxy, 'proxy of docker');
    });
    await step('a pull goes to it', async () => {
      // No registry is behind the proxy: it closes the connection when it is asked to connect.
      const argv = ['docker', 'pull', 'registry.example/harbour:1'] as const;
      const pulled = await main.exec(argv, { timeoutMs: 120_000 });
      check.fails(pulled, 'docker pull');
      check.matches(pulled.stderr, /proxyconnect tcp: |unexpected EOF/, 'error of docker');
    });
  },
});
