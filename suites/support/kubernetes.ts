/**
 * A Kubernetes of one control plane and workers, from the artifact that a user gives: suites have no
 * registry and no internet.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { ClusterNetwork } from '../../harness/model/network.js';
import { type Role, role, type Topology } from '../../harness/model/topology.js';
import { check } from './check.js';
import { asRoot } from './cluster-software.js';
import { allOnLan, clusterNeeds, onAll } from './clusters.js';

export const kubernetesNeeds = [
  ...clusterNeeds,
  ...['artifact:kubernetes', 'extra:kubernetes', 'extra:kubernetes-images'],
  ...['extra:kubernetes-network', 'services', 'sysext', 'containerd'],
];

/** What suites run in pods: an HTTP server and client in one. */
export const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

/** Where the artifact is served from, on each machine's management network. */
const server = '10.0.2.101';
const token = 'abcdef.0123456789abcdef';
const podNetwork = '10.244.0.0/16';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /var/lib/extensions/kubernetes.raw
      contents: {source: "http://${server}/kubernetes.raw"}
    - path: /etc/modules-load.d/kubernetes.conf
      contents: {inline: "br_netfilter\\noverlay\\n"}
    - path: /etc/sysctl.d/90-kubernetes.conf
      contents: {inline: "net.ipv4.ip_forward=1\\nnet.bridge.bridge-nf-call-iptables=1\\n"}
`;

const services = [
  {
    kind: 'http',
    address: server,
    port: 80,
    files: {},
    extras: {
      '/kubernetes.raw': 'kubernetes',
      '/images.tar': 'kubernetes-images',
      '/network.yaml': 'kubernetes-network',
    },
  },
] as const;

/** `control-0`, and workers; `overrides` are for all of them. */
export function kubernetesCluster(workers: number, overrides: Partial<Role> = {}): Topology {
  const shape = {
    identity: 'own',
    segments: ['lan'],
    memoryMiB: 2048,
    services: [...services, ...(overrides.services ?? [])],
    provisioning: { kind: 'butane', config },
  } as const;
  const { services: _, ...others } = overrides;
  const make = (count: number) => role({ ...shape, ...others, count });
  return { roles: { control: make(1), worker: make(workers) }, segments: { lan: {} } };
}

const prepare = `systemctl start containerd.service
curl -sf http://${server}/images.tar | ctr -n k8s.io images import - > /dev/null
systemctl enable --now kubelet.service`;

/** Forms the cluster and resolves when every machine is ready, within 180 s of the last to join. */
export async function formKubernetes(
  machines: readonly Machine[],
  network: ClusterNetwork,
): Promise<Machine> {
  const [control, ...workers] = machines as readonly [Machine, ...Machine[]];
  const address = `${network.station(control.name).ipv4}`;
  await allOnLan(machines, network);
  await onAll(machines, (each) => asRoot(each, 'preparing', prepare, 900_000));
  const init = `kubeadm init --token ${token} --apiserver-advertise-address ${address} \\
  --pod-network-cidr ${podNetwork} --kubernetes-version "$(kubeadm version -o short)" \\
  --ignore-preflight-errors=NumCPU,Mem > /var/log/kubeadm.log 2>&1
kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f http://${server}/network.yaml`;
  await asRoot(control, 'kubeadm init', init, 1_200_000);
  const join = `kubeadm join ${address}:6443 --token ${token} \\
  --discovery-token-unsafe-skip-ca-verification > /var/log/kubeadm.log 2>&1`;
  await onAll(workers, (each) => asRoot(each, 'kubeadm join', join, 900_000));
  await allBecomeReady(control);
  return control;
}

/** The limit is the harness's, which knows the host's speed: kubectl's own is put out of the way. */
async function allBecomeReady(control: Machine): Promise<void> {
  const script = `kubectl --kubeconfig /etc/kubernetes/admin.conf \\
  wait --for=condition=Ready nodes --all --timeout=24h`;
  await asRoot(control, 'waiting for all machines to be ready', script, 180_000);
}

/** Runs kubectl as the administrator; returns its trimmed output. */
export async function kubectl(control: Machine, command: string): Promise<string> {
  const script = `kubectl --kubeconfig /etc/kubernetes/admin.conf ${command}`;
  return await asRoot(control, `kubectl ${command}`, script, 960_000);
}

/** Applies manifests. */
export async function applyManifest(control: Machine, yaml: string): Promise<void> {
  const path = '/var/tmp/manifest.yaml';
  await control.writeFile(path, yaml);
  await kubectl(control, `apply -f ${path}`);
}

/** A deployment of web servers that answer with their pods' names, and the service before them. */
export function webManifest(replicas: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: ${agnhost}
          imagePullPolicy: Never
          args: [netexec, --http-port=8080]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec:
  containers:
    - {name: client, image: ${agnhost}, imagePullPolicy: Never, args: [pause]}
`;
}

/** Resolves when all of the manifest's pods are ready. */
export async function webServes(control: Machine): Promise<void> {
  await kubectl(control, 'rollout status deployment/web --timeout=24h');
  await kubectl(control, 'wait --for=condition=Ready pod/client --timeout=24h');
}

/** Whether the client's pod gets an answer of the service. */
export async function webAnswers(control: Machine): Promise<boolean> {
  const fetch = 'exec client -- /agnhost connect --timeout=10s web.default.svc.cluster.local:80';
  const script = `kubectl --kubeconfig /etc/kubernetes/admin.conf ${fetch}`;
  const { status } = await control.sh(script, { sudo: true, timeoutMs: 120_000 });
  return status === 0;
}

/**
 * Resolves when a machine that has rebooted is ready, by the word of its kubelet: for some forty seconds
 * the control plane goes on believing what the boot before has said.
 */
export async function readyAgain(control: Machine, worker: Machine): Promise<void> {
  const seen = `kubectl --kubeconfig /etc/kubernetes/admin.conf \\
  get node ${worker.name} -o 'jsonpath={.status.nodeInfo.bootID}'`;
  const script = `until [ "$(${seen})" = ${await worker.bootId()} ]; do sleep 1; done`;
  await asRoot(control, `waiting for what ${worker.name} says in this boot`, script, 300_000);
  await kubectl(control, `wait --for=condition=Ready node/${worker.name} --timeout=24h`);
}

/** Resolves when a pod has been started on a machine and on no other. */
export async function startsPod(control: Machine, worker: Machine): Promise<void> {
  await applyManifest(
    control,
    `apiVersion: v1
kind: Pod
metadata: {name: on-${worker.name}}
spec:
  nodeName: ${worker.name}
  containers:
    - {name: pause, image: ${agnhost}, imagePullPolicy: Never, args: [pause]}
`,
  );
  await kubectl(control, `wait --for=condition=Ready pod/on-${worker.name} --timeout=24h`);
}

/** Fails unless every machine is ready and none is missing. */
export async function allReady(control: Machine, machines: readonly Machine[]): Promise<void> {
  const columns = 'custom-columns=N:.metadata.name,R:.status.conditions[-1].status';
  const text = await kubectl(control, `get nodes --no-headers -o '${columns}'`);
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/).join('='));
  const wanted = machines.map(({ name }) => `${name}=True`);
  check.equal(rows.sort(), wanted.sort(), 'machines of the Kubernetes');
}
