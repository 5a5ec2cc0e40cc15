/**
 * The part of a VM's command line by which it is connected to the harness: console, QMP, ports, TPM.
 */

import type { ConsoleSpec, MachineSpec } from './machine-spec.js';

/** The name of the virtio port through which a guest may stream its journal. */
export const journalPortName = 'org.switchyard.journal';

/** The name of the virtio port through which an image announces that it is about to run Ignition. */
export const holdPortName = 'org.switchyard.hold';

/** Where on the management network who waits in a template calls the harness; none of QEMU's own. */
export const callPlaces = {
  standby: { address: '10.0.2.6', port: 22 },
  witness: { address: '10.0.2.6', port: 23 },
} as const;

const callers = ['standby', 'witness'] as const;

/** Commas separate QEMU's suboptions; a literal one is written twice. */
export function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/** QEMU's user network keeps such a connection over a migration, unlike those of forwards. */
export function callArguments({ callSockets }: MachineSpec): string[] {
  if (!callSockets) return [];
  return callers.flatMap((id) => {
    return ['-chardev', `socket,id=${id},path=${escapeValue(callSockets[id])},server=off`];
  });
}

/** What leads there from the guest's network, as options of QEMU's. */
export function callForwards({ callSockets }: Pick<MachineSpec, 'callSockets'>): string[] {
  if (!callSockets) return [];
  return callers.map((id) => {
    const { address, port } = callPlaces[id];
    return `,guestfwd=tcp:${address}:${port}-chardev:${id}`;
  });
}

/** The TPM, whose emulator listens already. */
export function tpmArguments({ tpm }: MachineSpec): string[] {
  if (!tpm) return [];
  return [
    ...['-chardev', `socket,id=tpm,path=${escapeValue(tpm.socket)}`],
    ...['-tpmdev', 'emulator,id=tpm0,chardev=tpm', '-device', 'tpm-crb,tpmdev=tpm0'],
  ];
}

/**
 * QEMU connects to the harness, not the other way round: no output can be missed, and a QEMU whose
 * harness is already gone ends at once.
 */
export function consoleArguments(console: ConsoleSpec): string[] {
  const serial = ['-device', 'isa-serial,chardev=console'];
  if (console.kind === 'terminal') {
    const chardev = 'stdio,id=console,mux=on,signal=off';
    return ['-chardev', chardev, '-mon', 'chardev=console', ...serial];
  }
  const path = escapeValue(console.path);
  const log = escapeValue(console.logFile);
  const chardev = `socket,id=console,path=${path},server=off,logfile=${log},logappend=on`;
  return ['-chardev', chardev, ...serial];
}

/** QMP, and the ports of the guest. */
export function controlArguments(spec: MachineSpec): string[] {
  const { qmpSocket } = spec;
  const qmp = qmpSocket && [
    ...['-chardev', `socket,id=qmp,path=${escapeValue(qmpSocket)},server=off`],
    ...['-mon', 'chardev=qmp,mode=control'],
  ];
  return [...(qmp || []), ...portArguments(spec)];
}

/** The ports by which an image may talk to the harness before it has a network. */
function portArguments({ journalSocket, holdSocket }: MachineSpec): string[] {
  if (!journalSocket && !holdSocket) return [];
  const journal = journalSocket && [
    ...['-chardev', `socket,id=journal,path=${escapeValue(journalSocket)},server=off`],
    ...['-device', `virtserialport,chardev=journal,name=${journalPortName}`],
  ];
  const hold = holdSocket && [
    ...['-chardev', `socket,id=hold,path=${escapeValue(holdSocket)},server=off`],
    ...['-device', `virtserialport,chardev=hold,name=${holdPortName}`],
  ];
  return ['-device', 'virtio-serial-pci', ...(journal || []), ...(hold || [])];
}
