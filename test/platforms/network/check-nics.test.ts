/**
 * The NICs that a role asks for beside its segments, refused before QEMU would.
 */

import t from 'tap';
import { type NicRequest, role } from '../../../harness/model/topology.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';

const plan = (...nics: readonly NicRequest[]) => planNetwork({ roles: { main: role({ nics }) } });
const subnet = '10.0.3.0/24';
const mac = '52:54:00:12:34:56';
const forward = (address: string, of = subnet) => [
  { subnet: of, forwards: [{ address, port: 80 }] },
];

t.test('what can be', async (t) => {
  const right: readonly (readonly NicRequest[])[] = [
    [{ subnet: '10.0.3.0/27' }, { subnet: '172.16.0.0/12' }, { subnet: '192.168.7.0/24' }],
    [
      { subnet: '10.0.3.0/24', mac },
      { subnet: '10.0.3.0/24', mac: '02:00:00:00:00:01' },
    ],
    [{ subnet, mac: '52:54:00:AB:cd:EF' }],
    forward('10.0.3.15'),
    forward('10.0.3.254'),
    forward('10.1.0.2', '10.1.0.0/16'),
  ];
  for (const nics of right) t.doesNotThrow(() => plan(...nics), JSON.stringify(nics));
  const roles = { a: role({ nics: [{ subnet, mac }] }), b: role({ nics: [{ subnet, mac }] }) };
  t.doesNotThrow(() => planNetwork({ roles }), 'each NIC is alone on its network');
});

t.test('networks that can not be', async (t) => {
  const wrong: readonly [string, string, string][] = [
    ['999.1.1.0/24', 'BAD_SUBNET', '999.1.1.0/24 is no network like 10.80.0.0/24'],
    ['10.0.3.0/99', 'BAD_SUBNET', '10.0.3.0/99 is no network like 10.80.0.0/24'],
    ['fd00::/64', 'BAD_SUBNET', 'fd00::/64 is not ipv4'],
    ['010.0.3.0/24', 'BAD_SUBNET', '010.0.3.0/24 is no network like 10.80.0.0/24'],
    ['10.0.3.7/24', 'BAD_SUBNET', '10.0.3.7/24 is not the first address of its network'],
    ['127.0.0.0/8', 'BAD_SUBNET', '127.0.0.0/8 is in 127.0.0.0/8, which no machine can have'],
    [
      '169.254.0.0/16',
      'BAD_SUBNET',
      '169.254.0.0/16 is in 169.254.0.0/16, which no machine can have',
    ],
    ['10.0.3.0/28', 'BAD_SUBNET', '10.0.3.0/28 is not between /8 and /27'],
    ['16.0.0.0/4', 'BAD_SUBNET', '16.0.0.0/4 is not between /8 and /27'],
  ];
  for (const [text, code, message] of wrong) {
    const expected = { kind: 'usage', code, message: `a NIC of role main: ${message}` };
    t.throws(() => plan({ subnet: text }), expected);
  }
});

t.test('networks that are another one', async (t) => {
  const why = 'overlap: machines could not tell them apart';
  t.throws(() => plan({ subnet: '10.0.2.0/24' }), {
    ...{ kind: 'usage', code: 'SUBNETS_OVERLAP' },
    message:
      'a NIC of role main (10.0.2.0/24) and ' +
      `the management network of every machine (10.0.2.0/24) ${why}`,
  });
  t.throws(() => plan({ subnet }, { subnet: '10.0.3.128/25' }), {
    code: 'SUBNETS_OVERLAP',
    message: `a NIC of role main (10.0.3.0/24) and a NIC of role main (10.0.3.128/25) ${why}`,
  });
});

t.test('MACs', async (t) => {
  const wrong: readonly [string, string][] = [
    ['eth1', 'is not like 52:54:00:12:34:56'],
    ['', 'is not like 52:54:00:12:34:56'],
    ['52:54:00:12:34', 'is not like 52:54:00:12:34:56'],
    ['52-54-00-12-34-56', 'is not like 52:54:00:12:34:56'],
    [`${mac},x=y`, 'is not like 52:54:00:12:34:56'],
    ['00:00:00:00:00:00', 'is that of no NIC'],
    ['01:00:5e:00:00:01', 'is that of a group'],
    ['ff:ff:ff:ff:ff:ff', 'is that of a group'],
    ['52:54:00:5a:00:00', "is that of every machine's management NIC"],
  ];
  for (const [text, why] of wrong) {
    t.throws(() => plan({ subnet, mac: text }), {
      ...{ kind: 'usage', code: 'BAD_MAC' },
      message: `a NIC of role main: MAC ${text} ${why}`,
    });
  }
  const twice = [
    { subnet, mac },
    { subnet: '10.0.4.0/24', mac: mac.toUpperCase() },
  ];
  t.throws(() => plan(...twice), {
    code: 'BAD_MAC',
    message: `a NIC of role main: MAC ${mac} is that of another one`,
  });
});

t.test('forwards to where no machine is', async (t) => {
  const wrong: readonly [string, string][] = [
    ['', 'no address, which is no IPv4 address in'],
    ['10.0.3', '10.0.3, which is no IPv4 address in'],
    ['10.0.3.999', '10.0.3.999, which is no IPv4 address in'],
    ['fd00::1', 'fd00::1, which is no IPv4 address in'],
    ['10.0.4.5', '10.0.4.5, which is not in'],
    ['10.0.3.0', '10.0.3.0, which no machine can have in'],
    ['10.0.3.255', '10.0.3.255, which no machine can have in'],
    ['10.0.3.2', '10.0.3.2, which QEMU has itself in'],
    ['10.0.3.3', '10.0.3.3, which QEMU has itself in'],
  ];
  for (const [address, why] of wrong) {
    t.throws(() => plan(...forward(address)), {
      ...{ kind: 'usage', code: 'BAD_FORWARD' },
      message: `a NIC of role main: forward to ${why} 10.0.3.0/24`,
    });
  }
  t.throws(() => plan(...forward('10.1.2.2', '10.1.0.0/16')), {
    code: 'BAD_FORWARD',
    message: /10\.1\.2\.2, which QEMU has itself in 10\.1\.0\.0\/16/,
  });
});
