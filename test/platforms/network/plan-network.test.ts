/**
 * Addresses are known before anything starts, and what can't be is refused then.
 */

import t from 'tap';
import type { FaultStep } from '../../../harness/model/network.js';
import { role, type Topology } from '../../../harness/model/topology.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';

const servers = role({ count: 2, segments: ['lan'] });

t.test('a machine has a name, a MAC and addresses on each of its segments', async (t) => {
  const { segments, stations } = planNetwork({
    roles: { server: servers, client: role({ segments: ['lan', 'wan'] }) },
    segments: { lan: { subnet: '10.9.0.0/24', subnet6: 'fd09::/64' }, wan: { mtu: 9000 } },
  });
  t.strictSame(
    segments.map(({ name, mtu, ipv4, ipv6 }) => [name, mtu, ipv4?.address, ipv6?.address]),
    [
      ['lan', 1500, '10.9.0.1', 'fd09::1'],
      ['wan', 9000, '10.80.1.1', undefined],
    ],
  );
  t.strictSame(
    stations.map(({ machine, segment, mac, ipv4 }) => [machine, segment, mac, ipv4]),
    [
      ['server-0', 'lan', '52:54:00:00:00:00', '10.9.0.10'],
      ['server-1', 'lan', '52:54:00:00:00:01', '10.9.0.11'],
      ['client-0', 'lan', '52:54:00:00:00:02', '10.9.0.12'],
      ['client-0', 'wan', '52:54:00:01:00:00', '10.80.1.10'],
    ],
  );
  t.equal(stations[1]?.ipv6, 'fd09::5054:ff:fe00:1', 'as the station itself makes it');
});

t.test('a segment without IPv4', async (t) => {
  const { stations } = planNetwork({
    roles: { a: servers },
    segments: { lan: { subnet6: 'fd00::/64' } },
  });
  t.equal(stations[0]?.ipv4, undefined);
  t.equal(stations[0]?.ipv6, 'fd00::5054:ff:fe00:0');
});

t.test('topologies that can not be', async (t) => {
  const lan = (subnet: string) => ({ roles: { a: servers }, segments: { lan: { subnet } } });
  const scheduled = (step: FaultStep) => ({ ...lan('10.0.0.0/24'), schedule: [step] });
  const many = Object.fromEntries([...Array(17).keys()].map((n) => [`s${n}`, {}]));
  const wrong: [Topology, string, RegExp][] = [
    [{ roles: { a: servers } }, 'UNKNOWN_SEGMENT', /role a is on segment lan.*it has none/],
    [
      scheduled({ kind: 'link', atMs: 0, machine: 'b-0', faults: {} }),
      'UNKNOWN_LINK',
      /b-0 is not on any segment of this cluster/,
    ],
    [
      scheduled({ kind: 'link', atMs: 0, machine: 'a-0', segment: 'far', faults: {} }),
      'UNKNOWN_LINK',
      /a-0 is not on segment far/,
    ],
    [
      scheduled({ kind: 'partition', atMs: 0, from: ['a-0'], to: ['a-9'] }),
      'UNKNOWN_LINK',
      /a-9 is not on any segment/,
    ],
    [
      scheduled({ kind: 'partition', atMs: 0, from: ['a-0'], to: ['a-0', 'a-1'] }),
      'BAD_FAULT',
      /a-0 can not be on both sides/,
    ],
    [
      scheduled({ kind: 'link', atMs: 0, machine: 'a-0', faults: { loss: 2 } }),
      'BAD_FAULT',
      /loss is 2, not a share/,
    ],
    [
      scheduled({ kind: 'partition', atMs: 0, from: ['a-0'], to: [] }),
      'BAD_FAULT',
      /a partition needs machines on both sides/,
    ],
    [
      {
        roles: { a: role({ segments: ['lan', 'wan'] }) },
        segments: { lan: {}, wan: {} },
        schedule: [{ kind: 'link', atMs: 0, machine: 'a-0', faults: {} }],
      },
      'AMBIGUOUS_LINK',
      /^a-0 is on lan, wan; name one of these segments$/,
    ],
    [scheduled({ kind: 'heal', atMs: Number.NaN }), 'BAD_FAULT', /a step at NaN ms/],
    [scheduled({ kind: 'heal', atMs: Infinity }), 'BAD_FAULT', /a step at Infinity ms/],
    [lan('10.0.0.0'), 'BAD_SUBNET', /segment lan: 10.0.0.0 is no network like/],
    [lan('fd00::/64'), 'BAD_SUBNET', /is not ipv4/],
    [lan('10.0.0.5/24'), 'BAD_SUBNET', /is not the first address of its network/],
    [lan('10.0.0.0/30'), 'BAD_SUBNET', /is not between \/8 and \/28/],
    [{ roles: {}, segments: { lan: { subnet6: 'fd00::/48' } } }, 'BAD_SUBNET', /is not of 64 bits/],
    [
      { roles: {}, segments: { a: { subnet: '10.80.0.0/16' }, b: { subnet: '10.80.3.0/24' } } },
      'SUBNETS_OVERLAP',
      /segment a \(10.80.0.0\/16\) and segment b \(10.80.3.0\/24\) overlap/,
    ],
    [
      lan('10.0.0.0/8'),
      'SUBNETS_OVERLAP',
      /segment lan .* and the management network of every machine \(10.0.2.0\/24\) overlap/,
    ],
    [
      {
        roles: { a: role({ segments: ['lan'], nics: [{ subnet: '10.0.3.0/24' }] }) },
        segments: { lan: { subnet: '10.0.3.16/28' } },
      },
      'SUBNETS_OVERLAP',
      /segment lan .* and a NIC of role a \(10.0.3.0\/24\) overlap/,
    ],
    ...[
      '0.0.0.0/8',
      '127.0.0.0/24',
      '169.254.0.0/16',
      '169.0.0.0/8',
      '224.0.0.0/8',
      '255.0.0.0/8',
    ].map((text): [Topology, string, RegExp] => [
      lan(text),
      'BAD_SUBNET',
      /which no machine can have/,
    ]),
    ...['10.80/16', '0x0a.80.0.0/24', '010.80.0.0/24'].map((text): [Topology, string, RegExp] => [
      lan(text),
      'BAD_SUBNET',
      /is no network like/,
    ]),
    ...['fe80::/64', 'ff02::/64', '::/64', 'fec0::/64', '64:ff9b::/64'].map(
      (subnet6): [Topology, string, RegExp] => [
        { roles: {}, segments: { lan: { subnet6 } } },
        'BAD_SUBNET',
        /is in none of 2000::\/3, fc00::\/7/,
      ],
    ),
    [
      {
        roles: { a: role({ count: 6, segments: ['lan'] }) },
        segments: { lan: { subnet: '10.0.0.0/28' } },
      },
      'TOO_MANY_MACHINES',
      /10.0.0.0\/28 has room for 5 machines/,
    ],
    [
      { roles: {}, segments: { lan: { subnet6: 'fd00::/64', mtu: 1279 } } },
      'BAD_MTU',
      /segment lan: mtu 1279 is below 1280, which IPv6 needs/,
    ],
    [
      { roles: {}, segments: { lan: { subnet6: 'fd00::/64', metadata: { '/a': 'x' } } } },
      'BAD_METADATA',
      /segment lan: metadata is at an address of IPv4; give it a subnet too/,
    ],
    [{ roles: {}, segments: many }, 'TOO_MANY_SEGMENTS', /17 segments; a network has 16 at most/],
  ];
  for (const [topology, code, message] of wrong) {
    t.throws(() => planNetwork(topology), { code, message });
  }
  const small = {
    lan: { mtu: 576, metadata: { '/a': 'x' } },
    six: { subnet6: 'fd00::/64', mtu: 1280 },
    documented: { subnet: '192.0.2.0/24', subnet6: '2001:db8::/64' },
    carrier: { subnet: '100.64.0.0/10' },
  };
  t.doesNotThrow(() => planNetwork({ roles: {}, segments: small }), 'just not wrong');
  const between: Topology = {
    roles: { a: role({ segments: ['lan'] }), b: role({ segments: ['lan', 'wan'] }) },
    segments: { lan: {}, wan: {} },
    schedule: [
      { kind: 'link', atMs: 0, machine: 'b-0', segment: 'wan', faults: {} },
      { kind: 'partition', atMs: 0, from: ['a-0'], to: ['b-0'] },
    ],
  };
  t.doesNotThrow(() => planNetwork(between), 'a partition is on every segment');
});
