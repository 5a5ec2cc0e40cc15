/**
 * The NICs of a VM on the command line: on user-mode networks of their own, and on segments.
 */

import { join } from 'node:path';
import { execPath } from 'node:process';
import { compiledRoot } from '../../harness/base/project-root.js';
import { callForwards, escapeValue } from './argv-sockets.js';
import { lanDevice, lanNetdev, lanSlot } from './lan-devices.js';
import type { MachineSpec, NetworkSpec } from './machine-spec.js';
import { shellQuote } from './shell-quote.js';

/** A NIC on a user-mode network; who waits in a template is called over the first one. */
export function networkArguments(
  network: NetworkSpec,
  calls: Pick<MachineSpec, 'callSockets'>,
): string[] {
  const subnet = network.subnet === undefined ? '' : `,net=${network.subnet}`;
  const forwards = network.forwards.map(({ address, port }) => {
    return `,hostfwd=tcp:127.0.0.1:0-${address}:${port}`;
  });
  const services = (network.services ?? []).map(({ request: { address, port }, socket }) => {
    const command = [execPath, bridgeProgram(), socket].map(shellQuote).join(' ');
    return `,guestfwd=tcp:${address}:${port}-${escapeValue(`cmd:${command}`)}`;
  });
  const tftp = network.tftp ? [`,tftp=${escapeValue(network.tftp.directory)}`] : [];
  const file = network.bootFile === undefined ? [] : [`,bootfile=${network.bootFile}`];
  const joined = [...forwards, ...services, ...tftp, ...file, ...callForwards(calls)].join('');
  return [
    ...['-netdev', `user,id=${network.id},restrict=on${subnet}${joined}`],
    ...['-device', `virtio-net-pci,netdev=${network.id},mac=${network.mac},${romOf(network)}`],
    ...captureArguments(network),
  ];
}

/** Without a ROM the firmware has nothing to load and no network boot to try. QEMU's own ROM is iPXE. */
function romOf({ bootFile }: NetworkSpec): string {
  return bootFile === undefined ? 'romfile=' : 'bootindex=1';
}

/** QEMU starts it for each connection of the guest. */
function bridgeProgram(): string {
  return join(compiledRoot(), 'platforms', 'services', 'bridge.js');
}

/** The slots are part of the machine, the NICs in them are not always there. */
export function lanArguments({ lans = [], lansLater }: MachineSpec): string[] {
  return lans.flatMap((lan, n) => {
    const slot = ['-device', `pcie-root-port,id=${lanSlot(lan)},chassis=${n + 1}`];
    if (lansLater) return slot;
    return [
      ...slot,
      ...['-netdev', JSON.stringify(lanNetdev(lan))],
      ...['-device', JSON.stringify(lanDevice(lan))],
    ];
  });
}

/** Headers tell what went on; whole payloads would fill the disk. */
const capturedBytes = 256;

/** Where a whole system comes by this way, there are a quarter of a million packets of it. */
const fewBytes = 96;

/** Ethernet, IPv4 and TCP with its usual options: of what they carry nothing is kept. */
const headerBytes = 66;

function captureArguments(network: NetworkSpec): string[] {
  const { id, capture } = network;
  if (capture === undefined) return [];
  const file = `file=${escapeValue(capture)},maxlen=${keptBytes(network)}`;
  return ['-object', `filter-dump,id=${id}-dump,netdev=${id},${file}`];
}

function keptBytes({ bootFile, carriesConfig }: NetworkSpec): number {
  if (carriesConfig) return headerBytes;
  return bootFile === undefined ? capturedBytes : fewBytes;
}
