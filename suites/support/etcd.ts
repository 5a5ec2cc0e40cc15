/**
 * A real etcd on each machine of a cluster, from its extension.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { Role, Topology } from '../../harness/model/topology.js';
import { clusterNeeds, machinesOnLan, onAll } from './clusters.js';

export const etcdNeeds = [...clusterNeeds, 'services', 'sysext', 'extra:etcd'];

/** Where the extension is served from, on each machine's management network. */
const server = '10.0.2.101';

/** Under emulation a member may be slow without being lost. */
const patience = '--heartbeat-interval 500 --election-timeout 5000';

/** Butane that is added to what every member is given: items of the two lists. */
export interface MoreButane {
  readonly files?: string;
  readonly units?: string;
  /** How clients talk to it. Default `http`. */
  readonly scheme?: 'http' | 'https';
  /** Whether it starts at boot. Default true; else `startTogether` starts all members. */
  readonly enabled?: boolean;
}

/** Members are `machine-0` and on. The services of `overrides` come beside those of the cluster. */
export function etcdCluster(
  count: number,
  { services = [], ...overrides }: Partial<Role> = {},
  more: MoreButane = {},
): Topology {
  return machinesOnLan(count, {
    memoryMiB: 768,
    services: [
      { kind: 'http', address: server, port: 80, files: {}, extras: { '/etcd.raw': 'etcd' } },
      ...services,
    ],
    provisioning: { kind: 'butane', config: configOf(count, more) },
    ...overrides,
  });
}

function configOf(count: number, more: MoreButane): string {
  const { files = '', units = '', scheme = 'http', enabled = true } = more;
  const members = Array.from({ length: count }, (_, n) => {
    return `machine-${n}=http://{{machine.${n}.ip}}:2380`;
  });
  return `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /var/lib/extensions/flatcar-etcd.raw
      contents:
        source: http://${server}/etcd.raw
${files}systemd:
  units:
    - name: etcd.service
      enabled: ${enabled}
      contents: |
        [Unit]
        Description=etcd
        After=systemd-sysext.service network-online.target
        Wants=network-online.target
        [Service]
        Type=notify
        TimeoutStartSec=600
        ExecStartPre=/bin/sh -c 'until ip -o address | grep -qF " {{self.ip}}/"; do sleep 0.2; done'
        ExecStart=/usr/bin/etcd --name {{self.name}} --data-dir /var/lib/etcd \\
          --listen-peer-urls http://{{self.ip}}:2380 \\
          --initial-advertise-peer-urls http://{{self.ip}}:2380 \\
          --listen-client-urls ${scheme}://127.0.0.1:2379,${scheme}://{{self.ip}}:2379 \\
          --advertise-client-urls ${scheme}://{{self.ip}}:2379 \\
          --initial-cluster ${members.join(',')} ${patience}
        Restart=on-failure
        RestartSec=2
        [Install]
        WantedBy=multi-user.target
${units}`;
}

/**
 * Starts every machine's etcd once all machines are up: a member without a quorum calls ten times a
 * second at each that is not there yet, which holds up the boots of more members than processors.
 */
export async function startTogether(machines: readonly Machine[]): Promise<void> {
  await onAll(machines, async (machine) => {
    await machine.output(['systemctl', 'start', '--no-block', 'etcd.service'], { sudo: true });
  });
}

/** Resolves when every machine's etcd serves. */
export async function etcdServes(machines: readonly Machine[]): Promise<void> {
  await onAll(machines, async (machine) => {
    await machine.waitForUnit('etcd.service', 'active', { timeoutMs: 240_000 });
  });
}
