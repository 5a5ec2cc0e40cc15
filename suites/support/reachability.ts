/**
 * A machine beside others that asks each of them twice a second whether it is there: what the network
 * sees of machines that go and come back, whatever they say themselves.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { ClusterNetwork } from '../../harness/model/network.js';
import { onAll } from './clusters.js';
import type { Absence } from './rolling.js';

/** Asks until it is stopped. */
export interface Probe {
  /**
   * The silences of each machine between two answers, in microseconds since 1970; those of as many
   * microseconds at least.
   */
  stop(least: number): Promise<readonly Absence[]>;
}

/** Starts asking; nobody has to be logged in for it. */
export async function startProbe(
  from: Machine,
  machines: readonly Machine[],
  network: ClusterNetwork,
): Promise<Probe> {
  await onAll(machines, async ({ name }) => {
    const unit = ['systemd-run', `--unit=probe-${name}`, '--property=KillSignal=SIGINT'];
    const output = `--property=StandardOutput=file:${logOf(name)}`;
    const ping = ['ping', '-n', '-D', '-i', '0.5', network.station(name).ipv4 ?? ''];
    await from.output([...unit, output, ...ping] as [string, ...string[]], { sudo: true });
  });
  const stop = async ({ name }: Machine, least: number) => {
    await from.output(['systemctl', 'stop', `probe-${name}`], { sudo: true });
    return silences(name, await from.readFile(logOf(name)), least);
  };
  return {
    stop: async (least) => (await Promise.all(machines.map((one) => stop(one, least)))).flat(),
  };
}

function logOf(name: string): string {
  return `/var/tmp/probe-${name}.log`;
}

/** What the answers of ping(8) with `-D` leave out; the time is in brackets, in seconds since 1970. */
export function silences(machine: string, said: string, least: number): readonly Absence[] {
  const answers = [...said.matchAll(/^\[(\d+\.\d+)\] \d+ bytes from /gm)].map(([, at]) => {
    return Math.round(Number(at) * 1e6);
  });
  return answers.slice(1).flatMap((until, n) => {
    const from = answers[n] ?? until;
    return until - from < least ? [] : { machine, from, until };
  });
}
