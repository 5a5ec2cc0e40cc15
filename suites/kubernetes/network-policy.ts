/**
 * Who may talk to pods is said by policies, and kept to.
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

function policy(friend: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: ${friend}}}}]}]
`;
}

export default defineSuite({
  id: 'kubernetes/network-policy',
  summary: 'A network policy keeps a pod away from a service, and lets it through when it says so.',
  claims: ['K25'],
  tags: ['cluster', 'kubernetes', 'network', 'slow'],
  applies: { needs: kubernetesNeeds },
  topology: kubernetesCluster(2),
  limits: { bootMs: 600_000, runMs: 3_600_000 },
  async run({ machines, network, step }) {
    const control = await step('it forms, and serves', async () => {
      const formed = await formKubernetes(machines, network);
      await applyManifest(formed, webManifest(2));
      await webServes(formed);
      return formed;
    });
    const becomes = async (expected: boolean, what: string) => {
      for (let left = 30; left > 0 && (await webAnswers(control)) !== expected; left -= 1) {
        await kubectl(control, 'version');
      }
      check.equal(await webAnswers(control), expected, what);
    };
    await step('without a policy it answers', () => becomes(true, 'an answer'));
    await step('with one for others it does not', async () => {
      await applyManifest(control, policy('somebody-else'));
      await becomes(false, 'an answer');
    });
    await step('with one for the client it does', async () => {
      await applyManifest(control, policy('client'));
      await becomes(true, 'an answer');
    });
  },
});
