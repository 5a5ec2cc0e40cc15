/**
 * Puts addresses into what machines are given: `{{server.0.ip}}`, `{{self.name}}`,
 * `{{client.1.wan.ip6}}`. They are known before any machine has booted.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { Station } from '../../harness/model/network.js';
import type { Provisioning } from '../../harness/model/topology.js';
import { domain, type NetworkPlan } from './plan-network.js';

/** Whatever in braces begins with a word and a dot: other programs have such, too. */
const braces = /\{\{([a-z][a-z0-9-]*)\.[^{}\n]*\}\}/gi;

/** `self` or a role and an index, perhaps a segment, and what is wanted. */
const placeholder =
  /^\{\{(self|[a-z][a-z0-9-]*\.\d+)(?:\.([a-z][a-z0-9-]*))?\.(ip|ip6|mac|name|fqdn)\}\}$/;

/** Where the text stands. */
export interface FillContext extends Pick<NetworkPlan, 'roles' | 'stations'> {
  /** The machine that the text is for. */
  readonly machine: string;
}

/**
 * The text with every placeholder replaced. What is in braces without being one is another program's,
 * unless it begins like one: with `self` or a role. Throws BAD_PLACEHOLDER (usage).
 */
export function fillAddresses(text: string, context: FillContext): string {
  return text.replaceAll(braces, (whole, first: string) => {
    const [, who, segment, what] = placeholder.exec(whole) ?? [];
    if (who !== undefined && what !== undefined) {
      const name = who === 'self' ? context.machine : who.replace('.', '-');
      return valueAt(whole, { name, segment, what }, context);
    }
    const isAnothers = !['self', ...context.roles].includes(first.toLowerCase());
    if (isAnothers) return whole;
    throw misspelt(whole, context);
  });
}

/** The provisioning with every text in it filled in. Throws BAD_PLACEHOLDER (usage). */
export function fillProvisioning(provisioning: Provisioning, context: FillContext): Provisioning {
  return fillDeep(provisioning, context) as Provisioning;
}

function fillDeep(value: unknown, context: FillContext): unknown {
  if (typeof value === 'string') return fillAddresses(value, context);
  if (Array.isArray(value)) return value.map((one) => fillDeep(one, context));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).map(([key, one]) => [key, fillDeep(one, context)]);
  return Object.fromEntries(filled);
}

interface Wanted {
  readonly name: string;
  readonly segment: string | undefined;
  readonly what: string;
}

function valueAt(whole: string, wanted: Wanted, { stations }: FillContext): string {
  const { name, segment, what } = wanted;
  const own = stations.filter(({ machine }) => machine === name);
  const station = own.find((one) => (segment ?? one.segment) === one.segment);
  const value = station && valuesOf(station)[what];
  if (value !== undefined) return value;
  const on = segment === undefined ? 'any segment' : `segment ${segment}`;
  const there = own.length > 0 ? own.map(describe).join('; ') : `there are ${namesOf(stations)}`;
  throw new UsageError('BAD_PLACEHOLDER', `${whole}: ${name} has no ${what} on ${on}; ${there}`);
}

function misspelt(whole: string, { machine, stations }: FillContext): UsageError {
  const like = 'is not like {{self.ip}}, {{server.0.ip}} or {{server.0.lan.ip}}';
  const there = `ip, ip6, mac, name, fqdn of ${namesOf(stations)}`;
  return new UsageError('BAD_PLACEHOLDER', `${whole}: ${like}: ${there}; self is ${machine}`);
}

function namesOf(stations: readonly Station[]): string {
  const names = new Set(stations.map(({ machine }) => machine));
  return [...names].join(', ') || 'no machines on segments';
}

function describe(station: Station): string {
  const names = Object.entries(valuesOf(station)).flatMap(([name, value]) => (value ? [name] : []));
  return `on ${station.segment} it has ${names.join(', ')}`;
}

function valuesOf({ machine, ipv4, ipv6, mac }: Station): Record<string, string | undefined> {
  return { ip: ipv4, ip6: ipv6, mac, name: machine, fqdn: `${machine}.${domain}` };
}
