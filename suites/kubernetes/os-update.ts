/**
 * The operating system under a worker is updated while Kubernetes serves from the other.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  allReady,
  applyManifest,
  formKubernetes,
  kubectl,
  kubernetesCluster,
  kubernetesNeeds,
  readyAgain,
  startsPod,
  webAnswers,
  webManifest,
  webServes,
} from '../support/kubernetes.js';
import { settled } from '../support/running.js';
import { configureUpdates, installUpdate, mustRun, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'kubernetes/os-update',
  summary:
    'A drained worker is updated, returns ready and runs pods; the other serves before, meanwhile and after.',
  claims: ['K13', 'K26'],
  tags: ['cluster', 'kubernetes', 'update', 'slow'],
  applies: { needs: [...kubernetesNeeds, ...updateNeeds, 'release:next'] },
  topology: kubernetesCluster(2, {
    services: [{ kind: 'omaha', address: '10.0.2.100', port: 80 }],
  }),
  limits: { bootMs: 600_000, runMs: 5_400_000 },
  async run({ machine, machines, network, release, step }) {
    const next = release('next');
    const worker = machine('worker', 0);
    const control = await step('it forms, and serves', async () => {
      const formed = await formKubernetes(machines, network);
      await applyManifest(formed, webManifest(2));
      await webServes(formed);
      return formed;
    });
    await step('a worker is drained: the other serves', async () => {
      await kubectl(control, `drain ${worker.name} --ignore-daemonsets --force --timeout=24h`);
      await kubectl(control, 'rollout status deployment/web --timeout=24h');
      await applyManifest(control, webManifest(2));
      await webServes(control);
      check.equal(await webAnswers(control), true, 'an answer');
    });
    await step('it is updated', async () => {
      await worker.output(['systemctl', 'unmask', 'update-engine.service'], { sudo: true });
      await worker.output(['systemctl', 'start', 'update-engine.service'], { sudo: true });
      await configureUpdates(worker);
      await installUpdate(worker, next);
      await worker.reboot();
      await settled(worker);
      await mustRun(worker, 'b', next);
      check.equal(await webAnswers(control), true, 'an answer while it is drained');
    });
    await step('and is ready again', async () => {
      await readyAgain(control, worker);
      await kubectl(control, `uncordon ${worker.name}`);
      await startsPod(control, worker);
      await allReady(control, machines);
      check.equal(await webAnswers(control), true, 'an answer');
    });
  },
});
