/**
 * Ethernet addresses: as text, as six bytes, and the groups that many stations listen to.
 */

/** Six bytes as `52:54:00:12:34:56`. */
export type MacAddress = string;

export const broadcastMac: MacAddress = 'ff:ff:ff:ff:ff:ff';

/**
 * Every machine has its management NIC on a network of its own, so one address serves all; machines
 * of the same shape can then be forks of one template.
 */
export const managementMac: MacAddress = '52:54:00:5a:00:00';

/** Reads six bytes at an offset. */
export function readMac(bytes: Buffer, offset: number): MacAddress {
  const text = bytes.toString('hex', offset, offset + 6);
  return text.replace(/..(?!$)/g, '$&:');
}

/** Writes six bytes at an offset. */
export function writeMac(bytes: Buffer, mac: MacAddress, offset: number): void {
  bytes.write(mac.replaceAll(':', ''), offset, 6, 'hex');
}

/** Whether the address is a group's (IEEE 802: lowest bit of the first byte); broadcast is one. */
export function isGroup(mac: MacAddress): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}
