/**
 * Which host ports QEMU chose for the forwards, read from the text of `info usernet`: QEMU has no
 * machine-readable form of it.
 */

/** A forward as it really is. `network` is QEMU's id of the network. */
export interface ForwardedPort {
  readonly network: string;
  readonly hostPort: number;
  readonly guestAddress: string;
  readonly guestPort: number;
}

const networkLine = /^Hub -?\d+ \((\S+)\):/;
const forwardLine = /^\s*TCP\[HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)\s+(\S+)\s+(\d+)\s/;

/** Parses the answer; lines of other connections are passed over. */
export function parseUsernet(text: string): readonly ForwardedPort[] {
  const ports: ForwardedPort[] = [];
  let network = '';
  for (const line of text.split(/\r?\n/)) {
    network = networkLine.exec(line)?.[1] ?? network;
    const [, host, address, guest] = forwardLine.exec(line) ?? [];
    if (host === undefined || address === undefined) continue;
    const [hostPort, guestPort] = [Number(host), Number(guest)];
    ports.push({ network, hostPort, guestAddress: address, guestPort });
  }
  return ports;
}
