/**
 * Puts addresses into what machines are given: `{{server.0.ip}}`, `{{self.name}}`,
 * `{{client.1.wan.ip6}}`. They are known before any machine has booted.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { Station } from '../../harness/model/network.js';
import type { Provisioning } from '../../harness/model/topology.js';
import { domain } from './plan-network.js';

/** `self` or a role and an index, perhaps a segment, and what is wanted. */
const placeholder =
  /\{\{(self|[a-z][a-z0-9-]*\.\d+)(?:\.([a-z][a-z0-9-]*))?\.(ip|ip6|mac|name|fqdn)\}\}/g;

/** Where the text stands. */
export interface FillContext {
  /** The machine that the text is for. */
  readonly machine: string;
  readonly stations: readonly Station[];
}

/** The text with every placeholder replaced. Throws BAD_PLACEHOLDER (usage). */
export function fillAddresses(text: string, { machine, stations }: FillContext): string {
  return text.replaceAll(placeholder, (whole, who: string, segment: string | undefined, what) => {
    const name = who === 'self' ? machine : who.replace('.', '-');
    const station = stations.find((one) => {
      return one.machine === name && (segment ?? one.segment) === one.segment;
    });
    const value = station && addressIn(station, String(what));
    if (value !== undefined) return value;
    const on = segment === undefined ? 'any segment' : `segment ${segment}`;
    throw new UsageError('BAD_PLACEHOLDER', `${whole}: ${name} has no ${what} on ${on}`);
  });
}

/** The provisioning with every text in it filled in; on a cluster without segments, as it is. */
export function fillProvisioning(provisioning: Provisioning, context: FillContext): Provisioning {
  if (context.stations.length === 0) return provisioning;
  return fillDeep(provisioning, context) as Provisioning;
}

function fillDeep(value: unknown, context: FillContext): unknown {
  if (typeof value === 'string') return fillAddresses(value, context);
  if (Array.isArray(value)) return value.map((one) => fillDeep(one, context));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).map(([key, one]) => [key, fillDeep(one, context)]);
  return Object.fromEntries(filled);
}

function addressIn({ machine, ipv4, ipv6, mac }: Station, what: string): string | undefined {
  const values = { name: machine, fqdn: `${machine}.${domain}`, mac, ip: ipv4, ip6: ipv6 };
  return values[what as keyof typeof values];
}
