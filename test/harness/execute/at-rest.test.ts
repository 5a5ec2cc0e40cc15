import t from 'tap';
import { awaitRest } from '../../../harness/execute/at-rest.js';
import type { Machine } from '../../../harness/model/machine.js';
import type { BootReport, Cluster } from '../../../harness/model/platform.js';
import { role } from '../../../harness/model/topology.js';

const roles = {
  main: role({ count: 2 }),
  own: role({ identity: 'own' }),
  watched: role({ ready: { kind: 'console', pattern: /login:/ } }),
  keyless: role({ provisioning: { kind: 'none' } }),
};

/** A cluster of one machine each, that came up so. */
function cluster(starts: Readonly<Record<string, BootReport['start']>>, asked: string[]): Cluster {
  const names = Object.keys(starts);
  const machines = names.map((name) => {
    const exec = async (argv: readonly string[]) => void asked.push(`${name}: ${argv.join(' ')}`);
    return { name, role: name.replace(/-\d+$/, ''), exec } as unknown as Machine;
  });
  const boots = names.map((machine) => ({ machine, start: starts[machine] }) as BootReport);
  return { machines, boots } as unknown as Cluster;
}

t.test('what booted in place of a fork is waited for, until its boot is done', async (t) => {
  const asked: string[] = [];
  await awaitRest(cluster({ 'main-0': 'cold', 'main-1': 'fork' }, asked), { roles });
  t.strictSame(asked, ['main-0: systemctl is-system-running --wait']);
});

t.test('what no fork would stand for is left as it is', async (t) => {
  const asked: string[] = [];
  const starts = { 'main-0': 'first-boot', 'own-0': 'cold', 'watched-0': 'cold' } as const;
  await awaitRest(cluster({ ...starts, 'keyless-0': 'cold' }, asked), { roles });
  t.strictSame(asked, []);
});
