/**
 * What suites ask of an etcd: by its JSON gateway (etcd's api/v3), for which every machine has the client.
 */

import { HarnessError } from '../../harness/base/errors.js';
import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';
import { onAll } from './clusters.js';

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
  const answer = await exchange(machine, path, body, seconds);
  // A refusal has a code and a message instead, in a form that changed between releases.
  return answer && 'header' in answer ? answer : undefined;
}

/** The answer or the refusal; undefined when neither came in time. */
async function exchange(
  machine: Machine,
  path: string,
  body: object,
  seconds: number,
): Promise<Record<string, unknown> | undefined> {
  const url = `http://127.0.0.1:2379/v3/${path}`;
  const limits = ['--max-time', String(seconds)] as const;
  const argv = ['curl', '-sS', ...limits, '-d', JSON.stringify(body), url] as const;
  const { status, stdout } = await machine.exec(argv, { timeoutMs: (seconds + 15) * 1_000 });
  return status === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : undefined;
}

/** Asks up to 60 times, a second apart by the machine's clock; undefined when nothing came. */
async function askUntil<T>(
  machine: Machine | undefined,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let left = 60; left > 0; left -= 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await machine?.exec(['sleep', '1']);
  }
  return undefined;
}

/**
 * The answer, however long the members need to find each other: a machine that comes back, or whose
 * network does, refuses until it has heard of the leader. Throws NO_ANSWER (product) after a minute or more.
 */
async function answerTo(machine: Machine, path: string, body: object, seconds?: number) {
  const answer = await askUntil(machine, () => call(machine, path, body, seconds));
  if (answer) return answer;
  const problem = `the etcd of ${machine.name} answers nothing to ${path}`;
  throw new HarnessError('product', 'NO_ANSWER', problem, { phase: 'suite' });
}

/** Writes through this machine; whether that was acknowledged. */
export async function put(machine: Machine, key: string, value: string): Promise<boolean> {
  const body = { key: base64(key), value: base64(value) };
  return (await call(machine, 'kv/put', body)) !== undefined;
}

/** Fails unless this machine's etcd says itself that it can't read what the whole cluster agrees on. */
export async function mustRefuse(machine: Machine, key: string): Promise<void> {
  const answer = await exchange(machine, 'kv/range', { key: base64(key) }, 60);
  const said = JSON.stringify(answer ?? 'nothing');
  check.matches(said, /timed out|no leader|unavailable/i, `linearizable read by ${machine.name}`);
}

function valueIn(answer: Record<string, unknown>): string | undefined {
  const [found] = (answer['kvs'] as { value: string }[] | undefined) ?? [];
  return found && atob(found.value);
}

/** Fails unless the first value that is read through each of the machines is this one. */
export async function mustRead(
  machines: readonly Machine[],
  key: string,
  value: string,
): Promise<void> {
  await onAll(machines, async (machine) => {
    const answer = await answerTo(machine, 'kv/range', { key: base64(key) });
    check.equal(valueIn(answer), value, `${key} by ${machine.name}`);
  });
}

/** The names of the members, sorted. */
export async function memberNames(machine: Machine): Promise<readonly string[]> {
  const answer = await answerTo(machine, 'cluster/member/list', {});
  const members = (answer['members'] as { name: string }[] | undefined) ?? [];
  return members.map(({ name }) => name).sort();
}

/** The machine that leads, as the others see it. Throws NO_LEADER (product) after a minute. */
export async function leader(machines: readonly Machine[]): Promise<Machine> {
  const found = await askUntil(machines[0], async () => {
    for (const machine of machines) {
      const status = await call(machine, 'maintenance/status', {});
      const header = status?.['header'] as { member_id?: string } | undefined;
      const leads = status?.['leader'] !== undefined && status['leader'] === header?.member_id;
      if (leads) return machine;
    }
    return undefined;
  });
  if (found) return found;
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
  const answer = await answerTo(machine, 'kv/range', { ...all(prefix), count_only: true }, 60);
  return Number(answer['count'] ?? 0);
}

/** All values whose keys begin with a prefix, by key; some thousands at most. */
export async function values(
  machine: Machine,
  prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const answer = await answerTo(machine, 'kv/range', all(prefix), 60);
  const found = (answer['kvs'] as { key: string; value: string }[] | undefined) ?? [];
  return new Map(found.map(({ key, value }) => [atob(key), atob(value)]));
}

/** The range of all keys with a prefix: up to the first string that is behind them. */
function all(prefix: string): { readonly key: string; readonly range_end: string } {
  const last = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return { key: base64(prefix), range_end: base64(last) };
}
