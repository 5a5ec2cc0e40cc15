/**
 * A real etcd on each machine of a cluster, from its extension, and what suites ask of it: by its
 * JSON gateway, for which every machine has the client.
 */

import { HarnessError } from '../../harness/base/errors.js';
import type { Machine } from '../../harness/model/machine.js';
import type { Role, Topology } from '../../harness/model/topology.js';
import { check } from './check.js';
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

function configOf(count: number, { files = '', units = '', scheme = 'http' }: MoreButane): string {
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
      enabled: true
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

/** Resolves when every machine's etcd serves. */
export async function etcdServes(machines: readonly Machine[]): Promise<void> {
  await onAll(machines, async (machine) => {
    await machine.waitForUnit('etcd.service', 'active', { timeoutMs: 240_000 });
  });
}

function base64(text: string): string {
  return btoa(text);
}

/** One call of the gateway (etcd's api/v3 as JSON); the answer, or undefined for none in time. */
async function call(
  machine: Machine,
  path: string,
  body: object,
  seconds = 30,
): Promise<Record<string, unknown> | undefined> {
  const url = `http://127.0.0.1:2379/v3/${path}`;
  const limits = ['--max-time', String(seconds)] as const;
  const argv = ['curl', '-sS', ...limits, '-d', JSON.stringify(body), url] as const;
  const { status, stdout } = await machine.exec(argv, { timeoutMs: (seconds + 15) * 1_000 });
  if (status !== 0) return undefined;
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  // A refusal has a code and a message instead, in a form that changed between releases.
  return 'header' in answer ? answer : undefined;
}

/** Writes through this machine; whether that was acknowledged. */
export async function put(machine: Machine, key: string, value: string): Promise<boolean> {
  const body = { key: base64(key), value: base64(value) };
  return (await call(machine, 'kv/put', body)) !== undefined;
}

/** Why a read did not give a value. */
export type Reading = { readonly value: string | undefined } | 'refused';

/** A linearizable read through this machine: what the whole cluster agrees on, or nothing. */
export async function get(machine: Machine, key: string): Promise<Reading> {
  const answer = await call(machine, 'kv/range', { key: base64(key) });
  if (!answer) return 'refused';
  const [found] = (answer['kvs'] as { value: string }[] | undefined) ?? [];
  return { value: found && atob(found.value) };
}

/** Fails unless the value is read through each of the machines. */
export async function mustRead(
  machines: readonly Machine[],
  key: string,
  value: string,
): Promise<void> {
  await onAll(machines, async (machine) => {
    check.equal(
      JSON.stringify(await get(machine, key)),
      JSON.stringify({ value }),
      `${key} by ${machine.name}`,
    );
  });
}

/** The names of the members, sorted. */
export async function memberNames(machine: Machine): Promise<readonly string[]> {
  const answer = await call(machine, 'cluster/member/list', {});
  const members = (answer?.['members'] as { name: string }[] | undefined) ?? [];
  return members.map(({ name }) => name).sort();
}

/** The machine that leads, as the others see it. Throws NO_LEADER (product) after a minute. */
export async function leader(machines: readonly Machine[]): Promise<Machine> {
  for (let left = 60; left > 0; left -= 1) {
    for (const machine of machines) {
      const status = await call(machine, 'maintenance/status', {});
      const header = status?.['header'] as { member_id?: string } | undefined;
      const leads = status?.['leader'] !== undefined && status['leader'] === header?.member_id;
      if (leads) return machine;
    }
    await machines[0]?.exec(['sleep', '1']);
  }
  const names = machines.map(({ name }) => name).join(', ');
  throw new HarnessError('product', 'NO_LEADER', `none of ${names} leads the etcd cluster`, {
    phase: 'suite',
  });
}

/** Writes `count` numbered keys in one go; returns how many were acknowledged, from the first on. */
export async function putMany(machine: Machine, prefix: string, count: number): Promise<number> {
  const requests = Array.from({ length: count }, (_, n) => {
    const body = JSON.stringify({ key: base64(`${prefix}${n}`), value: base64(String(n)) });
    return `url = "http://127.0.0.1:2379/v3/kv/put"\ndata = ${JSON.stringify(body)}\nsilent\nmax-time = 20\nwrite-out = "\\n"\n`;
  });
  const file = `/var/tmp/puts-${prefix}`;
  await machine.writeFile(file, requests.join('next\n'), { owner: 'core:core' });
  const script = `curl -K ${file} | grep -c '"revision"' || true`;
  const result = await machine.sh(script, { timeoutMs: 600_000 });
  check.succeeds(result, 'writing');
  return Number(result.stdout);
}

/** How many keys begin with a prefix. */
export async function countKeys(machine: Machine, prefix: string): Promise<number> {
  const answer = await call(machine, 'kv/range', { ...all(prefix), count_only: true }, 60);
  return Number(answer?.['count'] ?? 0);
}

/** All values whose keys begin with a prefix, by key; some thousands at most. */
export async function values(
  machine: Machine,
  prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const answer = await call(machine, 'kv/range', all(prefix), 60);
  const found = (answer?.['kvs'] as { key: string; value: string }[] | undefined) ?? [];
  return new Map(found.map(({ key, value }) => [atob(key), atob(value)]));
}

/** The range of all keys with a prefix: up to the first string that is behind them. */
function all(prefix: string): { readonly key: string; readonly range_end: string } {
  const last = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return { key: base64(prefix), range_end: base64(last) };
}
