/**
 * Which machines may be forks of one template: a digest over everything that its state depends on.
 */

import { createHash } from 'node:crypto';
import { defined } from '../../../harness/base/errors.js';
import type { ImageDescriptor } from '../../../harness/model/image.js';
import { qemuArgv } from '../argv.js';
import type {
  DriveSpec,
  FirmwareSpec,
  LanSpec,
  MachineSpec,
  NetworkSpec,
} from '../machine-spec.js';
import { standbyScript } from './standby.js';
import { type TemplateKind, templateSchemaVersion } from './template.js';

/** What distinguishes one template from another. */
export interface TemplateIdentity {
  readonly kind: TemplateKind;
  readonly image: ImageDescriptor;
  readonly spec: MachineSpec;
  /** All that a settled machine was given: the suite's part, the harness's, and who it is for. */
  readonly config: string;
  /** Size of the config that a held machine is going to read, in bytes; see `configSize`. */
  readonly configBytes: number;
  readonly qemuVersion: string;
  /** Model of the host's processor, which under KVM is the guest's. */
  readonly hostCpu: string;
  /** When it is made, if that matters to its forks; see `clockPeriod`. */
  readonly period?: number | undefined;
}

/** 24 hexadecimal digits. */
export function templateKey(identity: TemplateIdentity): string {
  const { kind, image, spec, config, configBytes, qemuVersion, hostCpu, period } = identity;
  const parts = {
    schema: templateSchemaVersion,
    kind,
    qemuVersion,
    // A guest that has seen one processor's features crashes when it goes on on another.
    ...(spec.accelerator === 'kvm' && { hostCpu }),
    image: { sha256: image.disk.sha256, backing: backingOf(spec) },
    argv: qemuArgv(withoutPlaces(spec)),
    drives: spec.drives.map(({ content }) => content),
    // A held machine has read no config yet: only its size matters.
    config: kind === 'held' ? configBytes : config,
    ...(period !== undefined && { period }),
    ...(kind === 'settled' && {
      served: spec.networks.flatMap(servedBy),
      extras: digests(image),
      standby: standbyScript,
    }),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}

/** What a first boot may have fetched. */
function servedBy({ services = [], tftp }: NetworkSpec): readonly unknown[] {
  const requests: unknown[] = services.map(({ request }) => request);
  return tftp ? [...requests, tftp.files] : requests;
}

/** Of what comes beside the image, which servers of a machine may have. */
function digests({ extras = [] }: ImageDescriptor): readonly string[] {
  return extras.map(({ name, sha256 }) => `${name} ${sha256}`);
}

/** The frozen overlays name their backing file by its path. */
function backingOf({ drives }: MachineSpec): string {
  const [system] = drives;
  return system?.content.kind === 'overlay' ? system.content.backing.path : '';
}

/** The same machine with every path and name that differs from run to run replaced. */
function withoutPlaces(spec: MachineSpec): MachineSpec {
  return {
    ...spec,
    name: 'template',
    firmware: firmwareWithoutPlace(spec.firmware),
    drives: spec.drives.map(driveWithoutPlace),
    networks: spec.networks.map(networkWithoutPlace),
    ...(spec.lans && { lans: spec.lans.map(lanWithoutPlace), lansLater: true as const }),
    ...(spec.shares && { shares: spec.shares.map((one) => ({ ...one, directory: 'share' })) }),
    ...(spec.config && { config: defined({ fwCfg: spec.config.fwCfg, path: 'config' }) }),
    console: { kind: 'socket', path: 'console', logFile: 'console.log' },
    qmpSocket: 'qmp',
    journalSocket: 'journal',
    ...(spec.holdSocket && { holdSocket: 'hold' }),
    ...(spec.callSockets && { callSockets: { standby: 'standby', witness: 'witness' } }),
    ...(spec.tpm && { tpm: { socket: 'tpm', stateDirectory: 'tpm' } }),
  };
}

/** A fork is given its own NICs. */
function lanWithoutPlace({ id }: LanSpec): LanSpec {
  return { id, mac: 'own', socket: 'lan' };
}

function networkWithoutPlace(network: NetworkSpec): NetworkSpec {
  const services = network.services?.map((service) => ({
    ...service,
    socket: 'service',
    hostFiles: {},
  }));
  const tftp = network.tftp && { tftp: { ...network.tftp, directory: 'tftp' } };
  return { ...network, capture: network.id, ...(services && { services }), ...tftp };
}

function firmwareWithoutPlace(firmware: FirmwareSpec): FirmwareSpec {
  if (firmware.kind === 'bios') return firmware;
  return { ...firmware, variables: driveWithoutPlace(firmware.variables) };
}

function driveWithoutPlace(drive: DriveSpec): DriveSpec {
  return { ...drive, path: drive.id };
}
