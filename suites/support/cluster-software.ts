/**
 * The extension with cluster software on machines of a cluster, and roles that are given it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { type Role, role, type Topology } from '../../harness/model/topology.js';
import { check } from './check.js';
import { clusterNeeds } from './clusters.js';

/** What a suite needs whose machines have the extension. */
export const softwareNeeds = [...clusterNeeds, 'services', 'sysext', 'extra:cluster'];

/** Where the extension is served from, on each machine's management network. */
const server = '10.0.2.101';

/** A machine on the segment `lan` with the extension; `files` is Butane, items of the list. */
export function equipped(
  { count = 1, ...overrides }: Partial<Role> = {},
  files = '',
  links = '',
): Role {
  const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /var/lib/extensions/flatcar-cluster.raw
      contents:
        source: http://${server}/cluster.raw
${files}${links && `  links:\n${links}`}`;
  return role({
    count,
    memoryMiB: 768,
    identity: 'own',
    segments: ['lan'],
    services: [
      { kind: 'http', address: server, port: 80, files: {}, extras: { '/cluster.raw': 'cluster' } },
    ],
    provisioning: { kind: 'butane', config },
    ...overrides,
  });
}

/** A machine on the same segment without the extension. */
export function plain(overrides: Partial<Role> = {}): Role {
  return role({ identity: 'own', segments: ['lan'], ...overrides });
}

/** These roles on one segment, `lan`. */
export function onLan(roles: Readonly<Record<string, Role>>): Topology {
  return { roles, segments: { lan: {} } };
}

/** Runs a script as root and fails when it does; returns its trimmed output. */
export async function asRoot(
  machine: Machine,
  what: string,
  script: string,
  timeoutMs = 120_000,
): Promise<string> {
  return check.succeeds(await machine.sh(script, { sudo: true, timeoutMs }), what);
}
