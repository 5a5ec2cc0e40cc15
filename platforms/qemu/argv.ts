/**
 * The command line of a VM as a pure function of its description. Option names and meanings are
 * those of QEMU's system emulator manual (qemu.org, "Invocation", 8.2 to 10.0).
 */

import { lanArguments, networkArguments } from './argv-network.js';
import {
  callArguments,
  consoleArguments,
  controlArguments,
  escapeValue,
  tpmArguments,
} from './argv-sockets.js';
import type { DriveSpec, FirmwareSpec, MachineSpec, ShareSpec } from './machine-spec.js';

/** The chassis asset tag by which an image knows that the harness wants that announcement. */
export const holdAssetTag = 'switchyard-hold';

/** The program and its arguments, ready to be spawned. */
export function qemuArgv(spec: MachineSpec): [string, ...string[]] {
  return [
    'qemu-system-x86_64',
    ...machineArguments(spec),
    ...firmwareArguments(spec.firmware),
    ...spec.drives.flatMap(driveArguments),
    ...cdArguments(spec),
    ...callArguments(spec),
    ...spec.networks.flatMap((network, n) => networkArguments(network, n === 0 ? spec : {})),
    ...lanArguments(spec),
    ...(spec.shares ?? []).flatMap(shareArguments),
    ...configArguments(spec),
    ...tpmArguments(spec),
    ...screenArguments(spec),
    ...consoleArguments(spec.console),
    ...controlArguments(spec),
  ];
}

function machineArguments(spec: MachineSpec): string[] {
  return [
    ...['-name', escapeValue(spec.name)],
    // Without SMM, memory is not mapped anew while vCPUs run: QEMU 10.0 can abort in
    // iotlb_to_section when it is, under TCG with more than one of them.
    ...[
      '-machine',
      `q35,smm=${smmOf(spec)},sata=off${spec.memory ? ',memory-backend=memory' : ''}`,
    ],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...memoryArguments(spec),
    ...acceleratorArguments(spec.accelerator),
    ...['-smp', String(spec.vcpus), '-m', `${spec.memoryMiB}M`],
    ...['-rtc', 'base=utc', '-msg', 'timestamp=on'],
    // A panicked kernel may still reboot into its other slot: report the panic, change nothing.
    ...['-device', 'pvpanic-pci', '-action', 'panic=none'],
    ...['-device', 'virtio-rng-pci', '-device', 'vmgenid,guid=auto'],
  ];
}

/**
 * Without SMM a Q35 has RAM where a card on PCI shows its text, and nobody sees what is written there:
 * such a screen stays black. One on ISA lies over the RAM; UEFI knows none of those and draws all the
 * same, on a screen as small as it takes, for each line that scrolls moves all of it. The memory is the
 * least there is, so that a fork has little to copy.
 */
function screenArguments({ screen, firmware }: MachineSpec): string[] {
  if (!screen) return [];
  const card = firmware.kind === 'bios' ? 'isa-vga' : 'VGA,xres=800,yres=600';
  return ['-device', `${card},vgamem_mb=2`];
}

/** Nothing on these machines is on SATA: without the controller no guest probes its six ports. */
function memoryArguments({ memory, memoryMiB, incoming, holdSocket }: MachineSpec): string[] {
  const backend = memory && [
    '-object',
    `memory-backend-file,id=memory,size=${memoryMiB}M,mem-path=${escapeValue(memory.path)},` +
      `share=${memory.sharing === 'shared' ? 'on' : 'off'}`,
  ];
  return [
    ...(backend ?? []),
    ...(incoming ? ['-incoming', 'defer'] : []),
    ...(holdSocket ? ['-smbios', `type=3,asset=${holdAssetTag}`] : []),
  ];
}

/**
 * What is emulated slowly is not offered: with five levels of page tables each miss of the TLB costs
 * more, and repeated string instructions are loops of bytes. A boot takes a tenth less without.
 */
const emulatedProcessor = 'max,la57=off,erms=off,fsrm=off';

/** 256 MiB of translation cache hold a boot with one flush at most, and bound the memory. */
function acceleratorArguments(accelerator: MachineSpec['accelerator']): string[] {
  return accelerator === 'kvm'
    ? ['-accel', 'kvm', '-cpu', 'host']
    : ['-accel', 'tcg,thread=multi,tb-size=256', '-cpu', emulatedProcessor];
}

function smmOf({ firmware }: MachineSpec): 'on' | 'off' {
  return firmware.kind === 'uefi' && firmware.secure ? 'on' : 'off';
}

/** What Secure Boot needs is as in OVMF's README: no way around its flash, and no sleep that opens it. */
const secureArguments = [
  ...['-global', 'driver=cfi.pflash01,property=secure,value=on'],
  ...['-global', 'ICH9-LPC.disable_s3=1'],
];

function firmwareArguments(firmware: FirmwareSpec): string[] {
  if (firmware.kind === 'bios') return [];
  const { code, variables, secure } = firmware;
  return [
    ...(secure ? secureArguments : []),
    ...[
      '-drive',
      `if=pflash,unit=0,readonly=on,format=${code.format},file=${escapeValue(code.path)}`,
    ],
    ...['-drive', `if=pflash,unit=1,format=qcow2,file=${escapeValue(variables.path)}`],
  ];
}

/** The overlay dies with the machine, so nothing is gained by waiting for the host's disk. */
function driveArguments(drive: DriveSpec): string[] {
  const file = escapeValue(drive.path);
  const serial = drive.serial === undefined ? '' : `,serial=${escapeValue(drive.serial)}`;
  const boot = drive.bootIndex === undefined ? '' : `,bootindex=${drive.bootIndex}`;
  return [
    ...['-drive', `if=none,id=${drive.id},format=qcow2,cache=unsafe,discard=unmap,file=${file}`],
    ...['-device', `virtio-blk-pci,drive=${drive.id}${serial}${boot}`],
  ];
}

/** On SCSI, which both firmwares read: there is no other controller of compact discs. */
function cdArguments({ cd }: MachineSpec): string[] {
  if (cd === undefined) return [];
  return [
    ...['-drive', `if=none,id=cd,format=raw,media=cdrom,readonly=on,file=${escapeValue(cd)}`],
    ...['-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=cd,bootindex=1'],
  ];
}

function shareArguments({ tag, directory }: ShareSpec, index: number): string[] {
  const id = `share${index}`;
  const path = escapeValue(directory);
  return [
    ...['-fsdev', `local,id=${id},path=${path},security_model=none,readonly=on`],
    ...['-device', `virtio-9p-pci,fsdev=${id},mount_tag=${tag}`],
  ];
}

function configArguments(spec: MachineSpec): string[] {
  if (spec.config?.fwCfg === undefined) return [];
  return ['-fw_cfg', `name=${spec.config.fwCfg},file=${escapeValue(spec.config.path)}`];
}
