/**
 * Pods on two machines reach each other by their own addresses, without any service between them.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  agnhost,
  applyManifest,
  formKubernetes,
  kubectl,
  kubernetesCluster,
  kubernetesNeeds,
} from '../support/kubernetes.js';

/** A web server that is to run on this machine. */
function podOn(machine: string, name: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  nodeName: ${machine}
  containers:
    - {name: web, image: ${agnhost}, imagePullPolicy: Never, args: [netexec, --http-port=8080]}
`;
}

export default defineSuite({
  id: 'kubernetes/pod-network',
  summary: 'A pod reaches one on another machine by its address, in both directions.',
  claims: ['K10'],
  tags: ['cluster', 'kubernetes', 'network', 'slow'],
  applies: { needs: kubernetesNeeds },
  topology: kubernetesCluster(2),
  limits: { bootMs: 600_000, runMs: 3_600_000 },
  async run({ machine, machines, network, step }) {
    const control = await step('it forms', () => formKubernetes(machines, network));
    await step('each worker has a pod', async () => {
      const pods = ['one', 'other'].map((name, n) => podOn(machine('worker', n).name, name));
      await applyManifest(control, pods.join('---\n'));
      await kubectl(control, 'wait --for=condition=Ready pod/one pod/other --timeout=24h');
    });
    const addressOf = async (pod: string) => {
      return await kubectl(control, `get pod ${pod} -o 'jsonpath={.status.podIP}'`);
    };
    for (const [from, to] of [
      ['one', 'other'],
      ['other', 'one'],
    ] as const) {
      await step(`${from} reaches ${to}`, async () => {
        const address = await addressOf(to);
        check.matches(address, /^10\.244\./, `address of ${to}`);
        await kubectl(control, `exec ${from} -- /agnhost connect --timeout=30s ${address}:8080`);
      });
    }
  },
});
