/**
 * A network inside the machine, for what QEMU's own network can't offer: a namespace with servers on
 * one end of a veth pair, whose other end `lab0` is a link of the machine like any other.
 */

import type { IgnitionFile } from '../../harness/model/ignition.js';
import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';
import { check } from './check.js';
import { file } from './provision.js';

/** Where the servers are. */
export const labServer = '192.0.2.1';

/** What suites with a lab need of an image. */
export const labNeeds = ['sysext', 'extra:servers'];

/** How networkd is to set `lab0` up. */
export function labLink(settings: string): IgnitionFile {
  return file('/etc/systemd/network/10-lab.network', `[Match]\nName=lab0\n\n${settings}`);
}

/** Merges the servers' extension and makes the namespace; `lab0` is up, and nobody serves yet. */
export async function openLab(context: SuiteContext, machine: Machine): Promise<void> {
  const extension = '/var/lib/extensions/flatcar-servers.raw';
  await machine.upload(context.extra('servers').path, extension, { timeoutMs: 180_000 });
  const script = `systemd-sysext refresh
ip netns add lab
ip link add lab0 type veth peer name srv0 netns lab
ip -n lab address add ${labServer}/24 dev srv0
ip -n lab address add fd00:1ab::1/64 dev srv0
ip -n lab link set lo up
ip -n lab link set srv0 up
ip link set lab0 up`;
  check.succeeds(await machine.sh(script, { sudo: true }), 'making the lab');
}

/** Starts a server in the lab as a unit of this name. */
export async function serveInLab(
  machine: Machine,
  name: string,
  argv: readonly string[],
): Promise<void> {
  const unit = ['systemd-run', '--collect', `--unit=lab-${name}`, 'ip', 'netns', 'exec', 'lab'];
  await machine.output([...unit, ...argv] as [string, ...string[]], { sudo: true });
}

/** Name and address service with these further options of dnsmasq. */
export async function serveNames(machine: Machine, options: readonly string[]): Promise<void> {
  const plain = ['--keep-in-foreground', '--conf-file=/dev/null', '--user=root', '--pid-file='];
  const where = ['--interface=srv0', '--bind-interfaces', '--no-resolv', '--no-hosts'];
  await serveInLab(machine, 'names', ['dnsmasq', ...plain, ...where, ...options]);
}
