/**
 * Packets against bytes that other programs have made, and against their own writers.
 */

import t from 'tap';
import { addressText, eui64Address } from '../../../platforms/network/packets/addresses.js';
import { encodeArp, parseArp } from '../../../platforms/network/packets/arp.js';
import { internetChecksum } from '../../../platforms/network/packets/checksum.js';
import {
  echoReply,
  parseIcmp,
  routerAdvertisement,
} from '../../../platforms/network/packets/icmp.js';
import {
  encodeIp,
  parseIp,
  protocols,
  pseudoHeader,
} from '../../../platforms/network/packets/ip.js';
import { answerNtp } from '../../../platforms/network/packets/ntp.js';
import { encodeUdp, parseUdp } from '../../../platforms/network/packets/udp.js';
import { routePacket } from '../../../platforms/network/route-packet.js';

t.test('the checksum of the example in RFC 1071', async (t) => {
  t.equal(internetChecksum(Buffer.from('0001f203f4f5f6f7', 'hex')), ~0xddf2 & 0xffff);
  t.equal(
    internetChecksum(Buffer.from('0001f203f4f5f6', 'hex'), Buffer.from([])),
    ~0xdcfb & 0xffff,
  );
});

t.test('addresses', async (t) => {
  t.equal(addressText(Buffer.from('fd000000000000000000000000000001', 'hex')), 'fd00::1');
  // The example of RFC 4291, appendix A.
  t.equal(eui64Address('fe80::', '34:56:78:9a:bc:de'), 'fe80::3656:78ff:fe9a:bcde');
});

t.test('address resolution there and back', async (t) => {
  const message = {
    operation: 'request',
    senderMac: '52:54:00:00:00:01',
    senderAddress: '10.0.0.1',
    targetMac: '00:00:00:00:00:00',
    targetAddress: '10.0.0.2',
  } as const;
  t.strictSame(parseArp(encodeArp(message)), message);
  t.equal(parseArp(Buffer.alloc(28)), undefined);
});

t.test('datagrams of both versions, and what is wrong with them', async (t) => {
  const datagram = { sourcePort: 1234, destinationPort: 53, data: Buffer.from('odd') };
  for (const [source, destination] of [
    ['10.0.0.1', '10.0.0.2'],
    ['fd00::1', 'fd00::2'],
  ] as const) {
    const version = source.includes(':') ? 6 : 4;
    const bytes = encodeUdp({ version, source, destination }, datagram);
    const packet = parseIp(bytes);
    t.match(packet, { version, source, destination, protocol: protocols.udp });
    t.strictSame(packet && parseUdp(packet), datagram);
    const corrupt = Buffer.from(bytes);
    corrupt[corrupt.length - 1] = 0;
    const wrong = parseIp(corrupt);
    t.equal(wrong && parseUdp(wrong), undefined, 'a wrong byte is noticed');
    t.equal(parseIp(bytes.subarray(0, bytes.length - 1)), undefined, 'a byte is missing');
  }
});

t.test('a fragment is nothing that a host here reads', async (t) => {
  const bytes = encodeIp({
    version: 4,
    source: '10.0.0.1',
    destination: '10.0.0.2',
    protocol: 17,
    hops: 64,
    payload: Buffer.alloc(8),
  });
  bytes.writeUInt16BE(0x2000, 6);
  bytes.writeUInt16BE(0, 10);
  bytes.writeUInt16BE(internetChecksum(bytes.subarray(0, 20)), 10);
  t.equal(parseIp(bytes), undefined);
});

t.test('an echo comes back with a right checksum', async (t) => {
  const ends = { source: 'fd00::2', destination: 'fd00::1' };
  const payload = Buffer.concat([Buffer.from([128, 0, 0, 0, 0, 7, 0, 1]), Buffer.from('ping')]);
  const ping = { version: 6, protocol: protocols.icmpv6, hops: 64, payload, ...ends } as const;
  t.strictSame(parseIcmp(ping), { kind: 'echo' });
  const reply = parseIp(echoReply(ping, 'fd00::1'));
  t.match(reply, { source: 'fd00::1', destination: 'fd00::2', protocol: protocols.icmpv6 });
  t.equal(reply?.payload[0], 129);
  t.equal(reply && internetChecksum(pseudoHeader(reply, reply.payload.length), reply.payload), 0);
});

t.test('an advertisement is not to be forwarded and has whole options', async (t) => {
  const packet = parseIp(
    routerAdvertisement({
      source: 'fe80::1',
      mac: '52:54:00:00:ff:fe',
      prefix: 'fd00::',
      mtu: 1400,
      dnsServer: 'fd00::1',
      domain: 'switchyard.test',
      routerLifetime: 0,
    }),
  );
  t.equal(packet?.hops, 255);
  const seen: number[] = [];
  const message = packet?.payload ?? Buffer.alloc(0);
  for (let at = 16; at < message.length; at += (message[at + 1] as number) * 8) {
    seen.push(message[at] as number);
  }
  t.strictSame(seen, [1, 5, 3, 25, 31]);
});

t.test('a router takes one hop, and drops what has none left', async (t) => {
  for (const [source, destination] of [
    ['10.0.0.1', '10.0.1.2'],
    ['fd00::1', 'fd01::2'],
  ] as const) {
    const version = source.includes(':') ? 6 : 4;
    const packet = {
      version,
      source,
      destination,
      protocol: 17,
      payload: Buffer.alloc(3),
    } as const;
    const routed = routePacket(encodeIp({ ...packet, hops: 64 }));
    t.match(routed, { source, destination });
    t.equal(routed && parseIp(routed.bytes)?.hops, 63);
    t.equal(routePacket(encodeIp({ ...packet, hops: 1 })), undefined);
  }
});

t.test('the time', async (t) => {
  const question = Buffer.alloc(48);
  question[0] = 0x23;
  question.write('transmit', 40, 'latin1');
  const answer = answerNtp(question, 1_500);
  t.equal(answer?.[0], 0x24, 'version 4, a server');
  t.equal(answer?.toString('latin1', 24, 32), 'transmit');
  t.equal(answer?.readUInt32BE(40), 2_208_988_801);
  t.equal(answer?.readUInt32BE(44), 2 ** 31);
  t.equal(answerNtp(Buffer.alloc(48), 0), undefined, 'no question');
});
