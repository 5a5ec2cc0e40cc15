/**
 * The first demo of the talk in one piece: one Butane config, one machine, all of it there.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxNeeds, docker, nginxImage } from '../support/docker.js';
import { settled } from '../support/running.js';

const mac = '52:54:00:53:59:0d';
const address = '10.0.3.60';
const page = '<h1>Flatcar 101</h1>\n';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/systemd/network/10-static.network
      contents:
        inline: |
          [Match]
          MACAddress=${mac}
          [Network]
          Address=${address}/24
    - path: /srv/www/index.html
      contents: {local: index.html}
    - path: /var/tmp/nginx.tar
      contents: {source: "http://10.0.2.100/nginx.tar"}
    - path: /opt/bin/busybox
      mode: 0755
      contents: {source: "http://10.0.2.100/busybox"}
systemd:
  units:
    - name: update-engine.service
      mask: true
    - name: locksmithd.service
      mask: true
    - name: page.service
      enabled: true
      contents: |
        [Unit]
        Description=The page
        [Service]
        ExecStart=/opt/bin/busybox httpd -f -p 8000 -h /srv/www
        [Install]
        WantedBy=multi-user.target
    - name: nginx.service
      enabled: true
      contents: |
        [Unit]
        Description=nginx
        After=docker.service
        Requires=docker.service
        [Service]
        Type=oneshot
        RemainAfterExit=yes
        TimeoutStartSec=600
        ExecStartPre=/usr/bin/docker load -i /var/tmp/nginx.tar
        ExecStart=/usr/bin/docker run -d --name nginx -p 8080:80 ${nginxImage}
        [Install]
        WantedBy=multi-user.target
`;

export default defineSuite({
  id: 'talk/first-demo',
  summary:
    'The config of the first demo gives address, page, container and masked updates at once.',
  claims: ['F01'],
  tags: ['talk', 'first-boot', 'butane'],
  applies: { needs: [...boxNeeds, 'extra:nginx', 'services'] },
  topology: singleMachine({
    forwards: [8080],
    nics: [{ subnet: '10.0.3.0/24', mac, forwards: [{ address, port: 8000 }] }],
    services: [
      {
        kind: 'http',
        address: '10.0.2.100',
        port: 80,
        files: {},
        extras: { '/nginx.tar': 'nginx', '/busybox': 'busybox' },
      },
    ],
    provisioning: { kind: 'butane', config, files: { 'index.html': page } },
  }),
  start: 'first-boot',
  limits: { runMs: 480_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the page is served at the static address', async () => {
      const addresses = await main.output(['ip', '-o', '-4', 'address', 'show']);
      check.includes(addresses, ` ${address}/24 `, 'addresses of the machine');
      const { status, body } = await main.get({ nic: 1, port: 8000 });
      check.equal({ status, body }, { status: 200, body: page }, `answer of ${address}:8000`);
    });
    await step('nginx runs as a container, and answers', async () => {
      await main.waitForUnit('nginx.service', 'active', { timeoutMs: 240_000 });
      check.equal(await docker(main, 'ps', '--format', '{{.Names}}'), 'nginx', 'docker ps');
      const { status } = await main.get({ port: 8080, timeoutMs: 30_000 });
      check.equal(status, 200, 'HTTP status of nginx');
    });
    await step('updates are masked', async () => {
      for (const name of ['update-engine.service', 'locksmithd.service']) {
        const { loadState, activeState } = await main.unit(name);
        const expected = { loadState: 'masked', activeState: 'inactive' };
        check.equal({ loadState, activeState }, expected, name);
      }
    });
  },
});
