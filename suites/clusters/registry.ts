/**
 * Images by way of a registry of the cluster's own.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, plain, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan } from '../support/clusters.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { file } from '../support/provision.js';

const registry = 'registry-0:5000';
const image = `${registry}/box:1`;

const config = `    - path: /etc/registry.yml
      contents:
        inline: |
          version: 0.1
          storage: {filesystem: {rootdirectory: /var/lib/registry}}
          http: {addr: ":5000"}
`;

const serve = `systemd-run --quiet --unit=registry docker-registry serve /etc/registry.yml
until curl -s http://127.0.0.1:5000/v2/ > /dev/null; do sleep 0.2; done`;

/** The registry has no certificate. */
const trusting = file(
  '/etc/docker/daemon.json',
  JSON.stringify({ 'insecure-registries': [registry] }),
);

export default defineSuite({
  id: 'clusters/registry',
  summary: 'What one machine pushes to a registry of the cluster, another pulls and runs.',
  claims: ['K20'],
  tags: ['cluster', 'containers'],
  applies: { needs: [...softwareNeeds, ...boxNeeds] },
  topology: onLan({
    registry: equipped({}, config),
    user: plain({
      count: 2,
      provisioning: { kind: 'ignition', config: { storage: { files: [trusting] } } },
    }),
  }),
  limits: { runMs: 600_000 },
  async run({ machine, machines, network, extra, step }) {
    const [store, maker, user] = [machine('registry'), machine('user', 0), machine('user', 1)];
    await allOnLan(machines, network);
    await step('the registry serves', async () => {
      await asRoot(store, 'starting the registry', serve);
    });
    await step('one machine builds and pushes', async () => {
      await buildBox({ extra }, maker);
      await docker(maker, 'tag', boxImage, image);
      await docker(maker, 'push', '-q', image);
    });
    await step('the other pulls the same, and runs it', async () => {
      const digest = '{{index .RepoDigests 0}}';
      await docker(user, 'pull', '-q', image);
      const pulled = await docker(user, 'image', 'inspect', '-f', digest, image);
      check.equal(pulled, await docker(maker, 'image', 'inspect', '-f', digest, image), 'digest');
      check.equal(await docker(user, 'run', '--rm', image, 'echo', 'ahoy'), 'ahoy', 'its output');
    });
  },
});
