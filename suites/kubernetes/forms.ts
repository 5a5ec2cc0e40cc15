/**
 * A control plane and two workers become a Kubernetes.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  allReady,
  formKubernetes,
  kubectl,
  kubernetesCluster,
  kubernetesNeeds,
} from '../support/kubernetes.js';

export default defineSuite({
  id: 'kubernetes/forms',
  summary: 'kubeadm makes a control plane and two workers a cluster, with all its pods running.',
  claims: ['K09'],
  tags: ['cluster', 'kubernetes', 'slow'],
  applies: { needs: kubernetesNeeds },
  topology: kubernetesCluster(2),
  limits: { bootMs: 600_000, runMs: 3_600_000 },
  async run({ machines, network, step }) {
    const control = await step('it forms', () => formKubernetes(machines, network));
    await step('all machines are ready', () => allReady(control, machines));
    await step('all pods of the system run', async () => {
      const wait = 'wait --for=condition=Ready pods --all -n kube-system --timeout=24h';
      check.matches(await kubectl(control, wait), /condition met/, 'kubectl wait');
    });
  },
});
