/**
 * Packets against bytes that other programs have made, and against their own writers.
 */

import t from 'tap';
import { addressText, eui64Address } from '../../../platforms/network/packets/addresses.js';
import { encodeArp, parseArp } from '../../../platforms/network/packets/arp.js';
import { internetChecksum } from '../../../platforms/network/packets/checksum.js';
import {
  echoReply,
  encodeIcmpv6,
  neighbourAdvertisement,
  neighbourSolicitation,
  parseIcmp,
  routerAdvertisement,
} from '../../../platforms/network/packets/icmp.js';
import {
  encodeIp,
  type IpPacket,
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
  const message = Buffer.concat([Buffer.from([128, 0, 0, 0, 0, 7, 0, 1]), Buffer.from('ping')]);
  const ping = parseIp(encodeIcmpv6({ version: 6, ...ends }, message)) as IpPacket;
  t.strictSame(parseIcmp(ping), { kind: 'echo' });
  const reply = parseIp(echoReply(ping, 'fd00::1'));
  t.match(reply, { source: 'fd00::1', destination: 'fd00::2', protocol: protocols.icmpv6 });
  t.equal(reply?.payload[0], 129);
  t.equal(reply && internetChecksum(pseudoHeader(reply, reply.payload.length), reply.payload), 0);
});

t.test('what is spoiled on the way asks for nothing', async (t) => {
  const message = Buffer.from([8, 0, 0, 0, 0, 7, 0, 1, 1, 2, 3, 4]);
  message.writeUInt16BE(internetChecksum(message), 2);
  const ends = { source: '10.0.0.2', destination: '10.0.0.1' };
  const ping = {
    version: 4,
    protocol: protocols.icmp,
    hops: 64,
    payload: message,
    ...ends,
  } as const;
  t.strictSame(parseIcmp(ping), { kind: 'echo' });
  message[8] = 9;
  t.equal(parseIcmp(ping), undefined);
  const ends6 = { version: 6, source: 'fd00::2', destination: 'fd00::1' } as const;
  const question = Buffer.alloc(24);
  question[0] = 135;
  const asked = parseIp(encodeIcmpv6(ends6, question)) as IpPacket;
  t.match(parseIcmp(asked), { kind: 'neighbour-solicitation' });
  t.equal(parseIcmp({ ...asked, hops: 254 }), undefined, 'from behind a router');
  asked.payload[20] = 1;
  t.equal(parseIcmp(asked), undefined);
});

t.test('who looks whether an address is free is told among all', async (t) => {
  const told = parseIp(neighbourAdvertisement('fd00::1', '::', '52:54:00:00:ff:fe'));
  t.equal(told?.destination, 'ff02::1');
  t.equal(told?.payload[4], 0xa0, 'not as an answer');
});

t.test('who asks for an address asks few', async (t) => {
  const { packet, destination } = neighbourSolicitation(
    'fd00::1:2:3:4',
    'fe80::1',
    '02:00:00:00:00:01',
  );
  const asked = parseIp(packet) as IpPacket;
  t.equal(asked.destination, 'ff02::1:ff03:4');
  t.equal(destination, '33:33:ff:03:00:04');
  t.strictSame(parseIcmp(asked), { kind: 'neighbour-solicitation', target: 'fd00::1:2:3:4' });
  t.equal(asked.payload.toString('hex', 24), '0101020000000001', 'and says where it is');
});

t.test('a datagram over IPv6 has a checksum', async (t) => {
  const datagram = { sourcePort: 1234, destinationPort: 53, data: Buffer.from('odd') };
  for (const [source, destination, isRead] of [
    ['10.0.0.1', '10.0.0.2', true],
    ['fd00::1', 'fd00::2', false],
  ] as const) {
    const version = source.includes(':') ? 6 : 4;
    const packet = parseIp(encodeUdp({ version, source, destination }, datagram)) as IpPacket;
    packet.payload.writeUInt16BE(0, 6);
    t.equal(parseUdp(packet) !== undefined, isRead, source);
  }
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

t.test('a router takes one hop, and knows what has none left', async (t) => {
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
    const last = encodeIp({ ...packet, hops: 1 });
    t.match(routePacket(last), { source, destination, isExpired: true, bytes: last });
  }
});

t.test('a router passes on no header that is wrong', async (t) => {
  const ends = { source: '10.0.0.1', destination: '10.0.1.2' };
  const payload = Buffer.alloc(8);
  const whole = encodeIp({ version: 4, ...ends, protocol: 17, hops: 64, payload });
  t.ok(routePacket(whole));
  // Any one bit of it, and a length that says more than there is.
  for (let bit = 0; bit < 20 * 8; bit += 1) {
    const spoiled = Buffer.from(whole);
    spoiled[bit >> 3] = (spoiled[bit >> 3] as number) ^ (1 << (bit & 7));
    t.equal(routePacket(spoiled), undefined, `bit ${bit}`);
  }
  t.equal(routePacket(whole.subarray(0, 24)), undefined, 'cut short');
  const ends6 = { source: 'fd00::1', destination: 'fd01::2' };
  const whole6 = encodeIp({ version: 6, ...ends6, protocol: 17, hops: 64, payload });
  t.equal(routePacket(whole6.subarray(0, 44)), undefined, 'cut short');
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
