/**
 * From what a suite asks for to descriptions of the machines: names, addresses, paths. Pure, so the
 * same request always gives the same machines.
 */

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { defined } from '../../harness/base/errors.js';
import type { Image } from '../../harness/model/image.js';
import type { ClusterRequest } from '../../harness/model/platform.js';
import type { NicRequest, Role } from '../../harness/model/topology.js';
import { fillProvisioning } from '../network/fill-addresses.js';
import { managementMac } from '../network/mac-address.js';
import { stationSocket } from '../network/network.js';
import { type NetworkPlan, planNetwork } from '../network/plan-network.js';
import { doorbellPort } from './doorbell.js';
import type { UefiFirmware } from './firmware.js';
import { lanId } from './lan-devices.js';
import type { LanSpec, MachineSpec, NetworkSpec, ShareSpec } from './machine-spec.js';
import { planCd, planDrives } from './plan-drives.js';
import { hasScreen, ownFirmware, planFirmware, vcpusFor } from './plan-firmware.js';
import { servedFile, servicesOf, tftpOf } from './plan-services.js';
import { requireArch } from './require-arch.js';
import { isByUrl, isServed } from './served-config.js';

/** One machine that is going to be made. */
export interface MachinePlan {
  /** `<role>-<index>`. */
  readonly name: string;
  readonly role: string;
  readonly index: number;
  readonly request: Role;
  /** Who streams the journal: the image, or units that the machine's config brings. */
  readonly journal: 'image' | 'units';
  /** Holds sockets and config; removed at teardown. */
  readonly directory: string;
  /** Holds the writable disks; removed at teardown. */
  readonly diskDirectory: string;
  /** Holds what is kept. */
  readonly artifactDirectory: string;
  readonly spec: MachineSpec;
}

/** What the host brings to the plan. */
export interface PlanContext {
  readonly accelerator: 'kvm' | 'tcg';
  /** Undefined when the host has none. */
  readonly uefi: UefiFirmware | undefined;
  /** The cluster's temporary directory, with a short path. */
  readonly directory: string;
  /** The cluster's directory for disks. */
  readonly diskDirectory: string;
}

/** All machines of the request. Throws NO_UEFI_FIRMWARE, WRONG_ARCH, what `planNetwork` throws (usage). */
export function planMachines(request: ClusterRequest, context: PlanContext): MachinePlan[] {
  requireArch(request.image);
  const { capabilities } = request.image.descriptor;
  const journal = capabilities.includes('journal-stream') ? 'image' : 'units';
  const network = planNetwork(request.topology);
  const plans: MachinePlan[] = [];
  for (const [role, wanted] of Object.entries(request.topology.roles)) {
    for (let index = 0; index < wanted.count; index += 1) {
      const name = `${role}-${index}`;
      // Numbered and not named: a socket's path must stay short.
      const directory = join(context.directory, String(plans.length));
      const diskDirectory = join(context.diskDirectory, name);
      const artifactDirectory = resolve(request.artifactDirectory, name);
      const directories = { directory, diskDirectory, artifactDirectory };
      const place = { name, role, index, journal, ...directories } as const;
      const filled = withAddresses(wanted, name, network);
      const lans = planLans(name, network, context);
      const whole = { ...place, request: filled };
      plans.push({ ...whole, spec: { ...planSpec(whole, request, context), ...lans } });
    }
  }
  return plans;
}

/** What the machine is given may name the addresses of all. */
function withAddresses(request: Role, machine: string, { roles, stations }: NetworkPlan): Role {
  return {
    ...request,
    provisioning: fillProvisioning(request.provisioning, { machine, roles, stations }),
  };
}

/** In the order of the role's segments. */
function planLans(
  machine: string,
  { stations }: NetworkPlan,
  { directory }: PlanContext,
): { readonly lans?: readonly LanSpec[] } {
  const lans = stations.flatMap((station, n) => {
    return station.machine === machine
      ? [{ mac: station.mac, socket: stationSocket(directory, n) }]
      : [];
  });
  if (lans.length === 0) return {};
  return { lans: lans.map((lan, n) => ({ id: lanId(n), ...lan })) };
}

function planSpec(
  place: Omit<MachinePlan, 'spec'>,
  cluster: ClusterRequest,
  context: PlanContext,
): MachineSpec {
  const { directory, diskDirectory, artifactDirectory, request } = place;
  const uefi = ownFirmware(cluster.image, request) ?? context.uefi;
  const firmware = planFirmware(request, diskDirectory, uefi);
  return defined({
    name: `${cluster.id}/${place.name}`,
    accelerator: context.accelerator,
    vcpus: vcpusFor(request, firmware, context.accelerator),
    memoryMiB: request.memoryMiB,
    firmware,
    drives: planDrives(request, diskDirectory, cluster.image),
    cd: planCd(request, cluster.image),
    networks: planNetworks(place, cluster.image),
    shares: planShares(request, directory),
    config: planConfig(request, directory),
    console: {
      kind: 'socket' as const,
      path: join(directory, 'console.sock'),
      logFile: join(artifactDirectory, 'console.log'),
    },
    qmpSocket: join(directory, 'qmp.sock'),
    journalSocket: join(directory, 'journal.sock'),
    screen: hasScreen(cluster, firmware) ? true : undefined,
    tpm: request.tpm
      ? { socket: join(directory, 'tpm.sock'), stateDirectory: join(diskDirectory, 'tpm') }
      : undefined,
  });
}

function planConfig({ provisioning }: Role, directory: string): MachineSpec['config'] {
  if (provisioning.kind === 'none') return undefined;
  const path = join(directory, 'ignition.json');
  const served = isServed(provisioning) ? servedFile(directory) : undefined;
  if (isByUrl(provisioning)) return defined({ path, served });
  return defined({ fwCfg: provisioning.fwCfg ?? 'opt/com.coreos/config', path, served });
}

/** `nic0` is the management NIC, `nic1` the first that the suite asked for. */
function planNetworks(place: Omit<MachinePlan, 'spec'>, image: Image): NetworkSpec[] {
  const { role, index, request, artifactDirectory, directory } = place;
  const ports = [22, doorbellPort, ...request.forwards];
  const services = servicesOf(request, image, directory);
  const management: NetworkSpec = defined({
    id: 'nic0',
    mac: managementMac,
    forwards: ports.map((port) => ({ address: '', port })),
    services: services.length > 0 ? services : undefined,
    tftp: tftpOf(request, directory),
    bootFile: request.boot.kind === 'network' ? request.boot.file : undefined,
    carriesConfig: isServed(request.provisioning) || undefined,
  });
  const others = request.nics.map((nic, i) => {
    return planNic(nic, `nic${i + 1}`, macAddress(role, index, i + 1));
  });
  return [management, ...others].map((network) => {
    return { ...network, capture: join(artifactDirectory, `${network.id}.pcap`) };
  });
}

function planShares({ shares }: Role, directory: string): ShareSpec[] | undefined {
  if (shares.length === 0) return undefined;
  return shares.map((share, n) => ({ ...share, directory: join(directory, `share${n}`) }));
}

function planNic(nic: NicRequest, id: string, mac: string): NetworkSpec {
  return { id, mac: nic.mac ?? mac, subnet: nic.subnet, forwards: nic.forwards ?? [] };
}

/** The same for the same machine in every run; 52:54:00 is QEMU's own prefix. */
export function macAddress(role: string, index: number, nic: number): string {
  const digest = createHash('sha256').update(`${role}/${index}/${nic}`).digest('hex');
  return ['52', '54', '00', digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)].join(':');
}
