/**
 * Pods on several machines serve under one name.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  applyManifest,
  formKubernetes,
  kubectl,
  kubernetesCluster,
  kubernetesNeeds,
  webAnswers,
  webManifest,
  webServes,
} from '../support/kubernetes.js';

export default defineSuite({
  id: 'kubernetes/service',
  summary: 'A deployment has as many pods as asked for, and its service answers by name.',
  claims: ['K11', 'F18'],
  tags: ['cluster', 'kubernetes', 'slow'],
  applies: { needs: kubernetesNeeds },
  topology: kubernetesCluster(2),
  limits: { bootMs: 600_000, runMs: 3_600_000 },
  async run({ machines, network, step }) {
    const control = await step('it forms', () => formKubernetes(machines, network));
    await step('pods as asked for', async () => {
      await applyManifest(control, webManifest(4));
      await webServes(control);
      const ready = await kubectl(
        control,
        "get deployment web -o 'jsonpath={.status.readyReplicas}'",
      );
      check.equal(ready, '4', 'readyReplicas');
    });
    await step('on more than one machine', async () => {
      const where = await kubectl(
        control,
        "get pods -l app=web -o 'jsonpath={.items[*].spec.nodeName}'",
      );
      check.ok(new Set(where.split(' ')).size > 1, 'pods are spread', where);
    });
    await step('the service answers', async () => {
      check.equal(await webAnswers(control), true, 'an answer by the name of the service');
    });
  },
});
