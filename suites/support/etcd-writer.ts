/**
 * A client of an etcd that writes without a pause while its servers come and go, in a unit of its own so
 * that nobody has to be logged in. It remembers what was acknowledged, and when.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';
import { values } from './etcd-client.js';

/** Each write is tried by one member after the other until one acknowledges it. */
const program = `prefix=$1; shift; members=("$@")
acknowledged() {
  for ((k = 0; k < \${#members[@]}; k++)); do
    url=\${members[(n + k) % \${#members[@]}]}
    curl -sf --connect-timeout 2 --max-time 10 -d "$1" "$url/v3/kv/put" > /dev/null && return
  done
  return 1
}
encode() { printf %s "$1" | base64 -w0; }
for ((n = 0; ; n++)); do
  body="{\\"key\\":\\"$(encode "$prefix$n")\\",\\"value\\":\\"$(encode "$n")\\"}"
  until acknowledged "$body"; do sleep 0.2; done
  date +%s%6N >> "/var/tmp/$prefix.acks"
done
`;

/** Writes the keys PREFIX0, PREFIX1 and on, one after the other. */
export interface EtcdWriter {
  /** Resolves when so many more writes were acknowledged from now on. */
  more(count: number): Promise<void>;
  /** Ends it; the times of all acknowledgements, in microseconds since 1970. */
  stop(): Promise<readonly number[]>;
}

/** Starts a writer on a machine; `members` are the addresses of etcds, such as `http://10.9.0.5:2379`. */
export async function startWriter(
  machine: Machine,
  prefix: string,
  members: readonly string[],
): Promise<EtcdWriter> {
  const [path, acks, unit] = [
    `/var/tmp/${prefix}.writer`,
    `/var/tmp/${prefix}.acks`,
    `${prefix}.service`,
  ];
  await machine.writeFile(path, program);
  await machine.output(['touch', acks], { sudo: true });
  const run = ['systemd-run', `--unit=${unit}`, '/bin/bash', path, prefix, ...members] as const;
  await machine.output(run, { sudo: true });
  return {
    more: async (count) => {
      const script = `wanted=$(($(wc -l < ${acks}) + ${count}))
until [ "$(wc -l < ${acks})" -ge "$wanted" ]; do sleep 0.5; done`;
      const result = await machine.sh(script, { timeoutMs: 900_000 });
      check.succeeds(result, `waiting for ${count} more acknowledged writes`);
    },
    stop: async () => {
      await machine.output(['systemctl', 'stop', unit], { sudo: true });
      return (await machine.readFile(acks)).trim().split('\n').map(Number);
    },
  };
}

/** Fails unless each acknowledged write of a writer is read through each of the machines. */
export async function mustHaveKept(
  machines: readonly Machine[],
  prefix: string,
  count: number,
): Promise<void> {
  for (const machine of machines) {
    const kept = await values(machine, prefix);
    const lost = Array.from({ length: count }, (_, n) => n).filter(
      (n) => kept.get(`${prefix}${n}`) !== `${n}`,
    );
    check.equal(lost, [], `acknowledged writes of ${count} that ${machine.name} has not`);
  }
}
