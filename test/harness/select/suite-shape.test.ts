/**
 * Each thing that a suite may say of its machines and networks and that can not be is refused where
 * it stands, in words.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { role, type Topology } from '../../../harness/model/topology.js';
import { problemsOf } from '../../../harness/select/suite-shape.js';
import { fakeSuite } from '../../support/fixtures.js';

/** As each issue is told: the place, and what is wrong. */
function issuesOf(topology: object): readonly string[] {
  return problemsOf(fakeSuite('a/b', { topology: topology as Topology }));
}

const inRole = (wish: object) => ({ roles: { main: { ...role(), ...wish } } });
const inService = (service: object) => inRole({ services: [service] });
const inLan = (lan: object) => ({ roles: { main: role() }, segments: { lan } });
const inSchedule = (step: object) => ({ ...inLan({}), schedule: [step] });
const tang = { kind: 'tang', address: '10.0.2.10', port: 80, keys: { a: '' } };
const http = { kind: 'http', address: '10.0.2.10', port: 80, files: {} };

t.test('what is right is taken', async (t) => {
  const nics = [{ subnet: '10.0.3.0/24' }];
  const wish = { segments: ['lan', 'wan-2'], services: [http], nics };
  t.strictSame(issuesOf({ ...inRole(wish), segments: { lan: {}, 'wan-2': {} } }), []);
  const artifacts = { 'box.tar': 'x', 'dir/box-1_2': { extra: 'box' } };
  t.strictSame(issuesOf(inLan({ mtu: 576, artifacts, metadata: { '/a': '' } })), []);
  t.strictSame(issuesOf({ roles: { [`a${'b'.repeat(57)}`]: role() } }), [], 'a long name');
  const cut = { kind: 'partition', atMs: 0, from: ['main-0'], to: ['main-1'], oneWay: true };
  t.strictSame(issuesOf(inSchedule(cut)), []);
  const tftp = { kind: 'tftp', files: {} };
  const addresses = ['4', '14', '16', '99', '101', '199', '249', '254'];
  const spread = addresses.map((last) => ({ ...http, address: `10.0.2.${last}` }));
  const services = [...spread, tftp, tftp, { ...http, port: 65_535 }];
  t.strictSame(issuesOf(inRole({ services, forwards: [1, 65_535] })), []);
});

const names = ['Web', 'web_1', '1', '', 'web 1', '-web', '../x', 'a'.repeat(59)];

t.test('names of roles', async (t) => {
  for (const name of names) {
    const message = `topology.roles.${name}: is no name of a role, such as server`;
    t.strictSame(issuesOf({ roles: { [name]: role() } }), [message], name);
  }
  t.strictSame(issuesOf({ roles: {} }), ['topology.roles: must name a role, such as main']);
});

t.test('names of segments', async (t) => {
  for (const name of names.slice(0, -1)) {
    const message = 'is no name of a segment, such as lan';
    t.strictSame(issuesOf(inRole({ segments: [name] })), [
      `topology.roles.main.segments.0: ${message}`,
    ]);
    const topology = { roles: { main: role() }, segments: { [name]: {} } };
    t.strictSame(issuesOf(topology), [`topology.segments.${name}: ${message}`]);
  }
  t.strictSame(issuesOf(inRole({ segments: ['lan', 'wan', 'lan'] })), [
    'topology.roles.main.segments: must not repeat a segment',
  ]);
});

t.test('what is no disk can not be forked', async (t) => {
  const network = inRole({ boot: { kind: 'network', file: 'boot.ipxe' } }) as Topology;
  const message = "topology.roles.main.boot: without a system disk the suite must start 'cold'";
  t.strictSame(problemsOf(fakeSuite('a/b', { topology: network, start: 'fork' })), [message]);
  t.strictSame(problemsOf(fakeSuite('a/b', { topology: network, start: 'first-boot' })), [message]);
  t.strictSame(problemsOf(fakeSuite('a/b', { topology: network, start: 'cold' })), []);
  const nested = inRole({ boot: { kind: 'network', file: 'a/b' } }) as Topology;
  t.match(problemsOf(fakeSuite('a/b', { topology: nested, start: 'cold' })), [/boot\.file: /]);
});

const free = /services\.0\.address: must be a free one of 10\.0\.2\.0\/24$/;
const artifact = /lan\.artifacts\.[^:]*: is no name of an artifact, such as box\.tar$/;
const network = /nics\.0\.subnet: must be like 10\.0\.3\.0\/24$/;

const wrong: readonly [string, object, RegExp][] = [
  ...['2', '3', '15'].map((last): [string, object, RegExp] => [
    `QEMU's own .${last}`,
    inService({ ...http, address: `10.0.2.${last}` }),
    free,
  ]),
  ...['0', '1', '015', '999', '255', '256', '10.1', ''].map((last): [string, object, RegExp] => [
    `a service at .${last}`,
    inService({ ...http, address: `10.0.2.${last}` }),
    free,
  ]),
  ['a service at no port', inService({ ...http, port: 0 }), /services\.0\.port: Too small/],
  [
    'a service beyond all ports',
    inService({ ...http, port: 65_536 }),
    /services\.0\.port: Too big/,
  ],
  [
    'Tang beyond them',
    inService({ ...tang, keys: {}, port: 65_536 }),
    /services\.0\.port: Too big/,
  ],
  [
    'two services at one place',
    inRole({ services: [http, { ...tang, keys: {} }] }),
    /main\.services: must not repeat an address and port$/,
  ],
  ['a forward beyond all ports', inRole({ forwards: [65_536] }), /main\.forwards\.0: Too big/],
  [
    "a NIC's forward beyond them",
    inRole({
      nics: [{ subnet: '10.0.3.0/24', forwards: [{ address: '10.0.3.4', port: 70_000 }] }],
    }),
    /nics\.0\.forwards\.0\.port: Too big/,
  ],
  ['a service elsewhere', inService({ ...http, address: '10.0.3.10' }), free],
  ['Omaha there', inService({ kind: 'omaha', address: '10.0.2.2', port: 80 }), free],
  ['a path without a slash', inService({ ...http, files: { a: 'x' } }), /services\.0\.files\.a: /],
  ['a service of no kind', inService({ kind: 'ftp' }), /services\.0\.kind: Invalid/],
  ['TFTP with directories', inService({ kind: 'tftp', files: { 'a/b': '' } }), /files\.a\/b: /],
  ['a boot of no kind', inRole({ boot: { kind: 'tape' } }), /main\.boot\.kind: Invalid/],
  [
    'a disk that is preferred by no name',
    inRole({ boot: { kind: 'disk', preferring: 1 } }),
    /main\.boot\.preferring: Invalid/,
  ],
  ['a key of no JWK', inService(tang), /services\.0\.keys\.a: /],
  ['an artifact by a digest', inLan({ artifacts: { 'sha256/x': 'x' } }), artifact],
  ['an artifact from the root', inLan({ artifacts: { '/x': 'x' } }), artifact],
  ['an artifact with a blank', inLan({ artifacts: { 'a b': 'x' } }), artifact],
  ['an artifact of nothing', inLan({ artifacts: { a: 1 } }), /lan\.artifacts\.a: Invalid input$/],
  ['metadata without a slash', inLan({ metadata: { a: 'x' } }), /lan\.metadata\.a: Invalid/],
  ['a step of no kind', inSchedule({ kind: 'flood', atMs: 0 }), /schedule\.0\.kind: Invalid/],
  ['a step in the past', inSchedule({ kind: 'heal', atMs: -1 }), /schedule\.0\.atMs: Too small/],
  [
    'more than all frames',
    inSchedule({ kind: 'link', atMs: 0, machine: 'main-0', faults: { loss: 2 } }),
    /schedule\.0\.faults\.loss: Too big/,
  ],
  ['an mtu below 576', inLan({ mtu: 575 }), /lan\.mtu: Too small: expected number to be >=576$/],
  ['an mtu above all', inLan({ mtu: 65_522 }), /lan\.mtu: Too big/],
  ['a wish of a segment', inLan({ vlan: 3 }), /lan: Unrecognized key: "vlan"$/],
  ['a wish of a role', inRole({ cpus: 3 }), /main: Unrecognized key: "cpus"$/],
  ['a NIC without a network', inRole({ nics: [{ subnet: '10.0.3.0' }] }), network],
  ['no machine', inRole({ count: 0 }), /main\.count: Too small: expected number to be >=1$/],
  ['half a machine', inRole({ count: 1.5 }), /main\.count: Invalid input: expected int/],
  ['too little memory', inRole({ memoryMiB: 64 }), /memoryMiB: Too small: .* >=128$/],
  ['a tag of a share', inRole({ shares: [{ tag: 'a b', files: {} }] }), /shares\.0\.tag: /],
  [
    'another firmware',
    inRole({ firmware: 'coreboot' }),
    /main\.firmware: Invalid option: expected/,
  ],
  ['another provisioning', inRole({ provisioning: { kind: 'x' } }), /provisioning\.kind: Invalid/],
];

t.test('each thing that can not be', async (t) => {
  for (const [what, topology, message] of wrong) {
    const issues = issuesOf(topology);
    t.equal(issues.length, 1, `${what}: one issue`);
    t.match(issues[0], message, what);
  }
});

t.test('a role that is named twice does not compile', async (t) => {
  const directory = t.testdir({
    'twice.ts': 'export const roles = { web: 1, db: 2, web: 3 };\n',
    'tsconfig.json': '{"compilerOptions": {"noEmit": true, "types": [], "lib": ["es5"]}}',
  });
  const tsc = join(projectRoot(), 'node_modules', '.bin', 'tsc');
  const { status, stdout } = spawnSync(tsc, ['-p', directory], { encoding: 'utf8' });
  t.not(status, 0);
  t.match(stdout, /TS1117: .*multiple properties with the same name/);
});
