/**
 * A volume that another machine serves by NFS: a pod writes to it, and the server has what it wrote.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, softwareNeeds } from '../support/cluster-software.js';
import {
  agnhost,
  applyManifest,
  formKubernetes,
  kubectl,
  kubernetesCluster,
  kubernetesNeeds,
} from '../support/kubernetes.js';
import { nfsExports, serveNfs } from '../support/nfs.js';

function manifest(server: string): string {
  return `apiVersion: v1
kind: PersistentVolume
metadata: {name: share}
spec:
  capacity: {storage: 1Mi}
  accessModes: [ReadWriteMany]
  storageClassName: ''
  mountOptions: [vers=4.2]
  nfs: {server: ${server}, path: /srv/share}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: share}
spec:
  accessModes: [ReadWriteMany]
  storageClassName: ''
  volumeName: share
  resources: {requests: {storage: 1Mi}}
---
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  containers:
    - name: writer
      image: ${agnhost}
      imagePullPolicy: Never
      command: [sh, -c, 'cat /data/greeting && echo said > /data/note; exec /agnhost pause']
      volumeMounts: [{name: share, mountPath: /data}]
  volumes: [{name: share, persistentVolumeClaim: {claimName: share}}]
`;
}

const cluster = kubernetesCluster(1);

export default defineSuite({
  id: 'kubernetes/nfs-volume',
  summary: 'A pod reads and writes a persistent volume that another machine serves by NFS.',
  claims: ['K12'],
  tags: ['cluster', 'kubernetes', 'storage', 'slow'],
  applies: { needs: [...new Set([...kubernetesNeeds, ...softwareNeeds])] },
  topology: { ...cluster, roles: { ...cluster.roles, server: equipped({}, nfsExports) } },
  limits: { bootMs: 600_000, runMs: 3_600_000 },
  async run({ machine, network, step }) {
    const server = machine('server');
    const nodes = [machine('control'), machine('worker')];
    const control = await step('it forms', () => formKubernetes(nodes, network));
    await step('another machine serves', async () => {
      check.includes(
        await asRoot(server, 'starting the server', serveNfs),
        '/srv/share',
        'exports',
      );
    });
    await step('a pod uses what it serves', async () => {
      const address = `${network.station(server.name).ipv4}`;
      await applyManifest(control, manifest(address));
      await kubectl(control, 'wait --for=condition=Ready pod/writer --timeout=24h');
      check.equal(await kubectl(control, 'logs writer'), 'ahoy', 'what the pod read');
      const note = await server.output(['cat', '/srv/share/note']);
      check.equal(note, 'said', 'what the pod wrote');
    });
  },
});
