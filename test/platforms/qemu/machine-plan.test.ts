/**
 * From a request to machines: names, paths, addresses, and what can't be had.
 */

import { rm } from 'node:fs/promises';
import t from 'tap';
import type { ClusterRequest } from '../../../harness/model/platform.js';
import { type Role, role, singleMachine } from '../../../harness/model/topology.js';
import { qemuArgv } from '../../../platforms/qemu/argv.js';
import { macAddress, planMachines } from '../../../platforms/qemu/machine-plan.js';
import { specFrom } from '../../../platforms/qemu/template/template-spec.js';
import { makeWorkbench } from './payload.js';

const context = {
  accelerator: 'tcg',
  uefi: undefined,
  directory: '/tmp/switchyard-1',
  diskDirectory: '/runs/r/switchyard-c',
} as const;

async function request(overrides: Partial<ClusterRequest>): Promise<ClusterRequest> {
  const work = await makeWorkbench();
  await rm(work.directory, { recursive: true });
  return { ...work.request({}), artifactDirectory: '/runs/r/a', ...overrides };
}

t.test('every machine has a name, places and addresses of its own', async (t) => {
  const topology = { roles: { server: role({ count: 2 }), client: role() } };
  const plans = planMachines(await request({ topology }), context);
  t.strictSame(
    plans.map(({ name }) => name),
    ['server-0', 'server-1', 'client-0'],
  );
  const unique = (values: (string | undefined)[]) => new Set(values).size === plans.length;
  const managed = new Set(plans.map(({ spec }) => spec.networks[0]?.mac));
  t.equal(managed.size, 1, 'but one for management, so that they can be forks of one template');
  t.ok(unique(plans.map(({ spec }) => spec.drives[0]?.path)));
  t.ok(unique(plans.map(({ spec }) => spec.qmpSocket)));
  t.equal(plans[1]?.spec.qmpSocket, '/tmp/switchyard-1/1/qmp.sock');
  t.equal(plans[1]?.spec.journalSocket, '/tmp/switchyard-1/1/journal.sock');
});

t.test('addresses are the same in every run, and local ones', async (t) => {
  t.equal(macAddress('server', 0, 0), macAddress('server', 0, 0));
  t.not(macAddress('server', 0, 0), macAddress('server', 0, 1));
  t.match(macAddress('x', 1, 2), /^52:54:00(:[0-9a-f]{2}){3}$/);
});

t.test('a screen, unless it is not wanted or the card could not be frozen', async (t) => {
  const files = {
    code: { path: '/f', format: 'raw' },
    variables: { path: '/v', format: 'raw' },
  } as const;
  const screenOf = async (overrides: Partial<ClusterRequest>, firmware: 'bios' | 'uefi') => {
    const topology = singleMachine({ firmware });
    const plans = planMachines(await request({ topology, ...overrides }), {
      ...context,
      uefi: files,
    });
    return plans[0]?.spec.screen;
  };
  t.equal(await screenOf({ start: 'cold' }, 'bios'), true);
  t.equal(await screenOf({ start: 'fork' }, 'bios'), undefined);
  t.equal(await screenOf({ start: 'first-boot' }, 'bios'), undefined);
  t.equal(await screenOf({ start: 'fork' }, 'uefi'), true);
  t.equal(await screenOf({ start: 'cold', screens: false }, 'bios'), undefined);
});

t.test('provisioning, disks, NICs', async (t) => {
  const forwards = [{ address: '10.9.8.7', port: 80 }];
  const topology = singleMachine({
    provisioning: { kind: 'ignition', config: {}, fwCfg: 'opt/org.flatcar-linux/config' },
    disks: [{ name: 'data', sizeMiB: 64 }],
    nics: [{ subnet: '10.9.8.0/24', mac: '02:00:00:00:00:01', forwards }],
    forwards: [8080],
  });
  const [plan] = planMachines(await request({ topology }), context);
  t.match(plan?.spec, {
    config: { fwCfg: 'opt/org.flatcar-linux/config', path: '/tmp/switchyard-1/0/ignition.json' },
    drives: [
      { id: 'system', bootIndex: 1 },
      { id: 'disk0', serial: 'data', content: { kind: 'blank', sizeMiB: 64 } },
    ],
    networks: [
      { id: 'nic0', forwards: [{ port: 22 }, { port: 1 }, { port: 8080 }] },
      { id: 'nic1', mac: '02:00:00:00:00:01', forwards },
    ],
  });
  const byUrl = { kind: 'ignition', config: {}, byUrl: true } as const;
  const [served] = planMachines(
    await request({ topology: singleMachine({ provisioning: byUrl }) }),
    context,
  );
  t.notOk(served && qemuArgv(served.spec).includes('-fw_cfg'), 'the kernel is told where it is');
  t.match(served?.spec, {
    config: { served: '/tmp/switchyard-1/0/served.ign' },
    networks: [{ carriesConfig: true, services: [{ request: { address: '10.0.2.101' } }] }],
  });
  const bare = planMachines(await request({}), context);
  t.notOk(bare[0]?.spec.config, 'provisioning none means no fw_cfg at all');
});

t.test(
  'a machine that boots something else has the disks that it asks for, and no other',
  async (t) => {
    const disks = [{ name: 'root', sizeMiB: 64 }];
    const planned = async (wish: Partial<Role>) => {
      const asked = await request({ topology: singleMachine({ disks, ...wish }) });
      const { image } = asked;
      const iso = {
        file: 'live.iso',
        name: 'iso',
        type: 'file',
        sizeBytes: 1,
        sha256: 'a',
      } as const;
      const descriptor = { ...image.descriptor, extras: [iso] };
      const [plan] = planMachines({ ...asked, image: { directory: '/i', descriptor } }, context);
      const { drives = [], networks = [], cd } = plan?.spec ?? {};
      return { drives: drives.map(({ id }) => id), bootFile: networks[0]?.bootFile, cd };
    };
    t.same(await planned({}), { drives: ['system', 'disk0'], bootFile: undefined, cd: undefined });
    const network = { kind: 'network', file: 'boot.ipxe' } as const;
    t.same(await planned({ boot: network }), {
      ...{ drives: ['disk0'], bootFile: 'boot.ipxe', cd: undefined },
    });
    const disc = { kind: 'cd', extra: 'iso' } as const;
    t.same(await planned({ boot: disc }), {
      ...{ drives: ['disk0'], bootFile: undefined, cd: '/i/live.iso' },
    });
    await t.rejects(planned({ boot: { kind: 'cd', extra: 'none' } }), {
      code: 'EXTRA_MISSING',
      message: 'the image comes without none',
    });
  },
);

t.test('what this host or platform does not have', async (t) => {
  const uefi = await request({ topology: singleMachine({ firmware: 'uefi' }) });
  t.throws(() => planMachines(uefi, context), { code: 'NO_UEFI_FIRMWARE', message: /ovmf/ });
  const { image } = uefi;
  const arm = { ...image, descriptor: { ...image.descriptor, arch: 'arm64' as const } };
  t.throws(() => planMachines({ ...uefi, image: arm }, context), { code: 'WRONG_ARCH' });
});

t.test('NICs on segments: plugged in at once, or into slots when a template goes on', async (t) => {
  const provisioning = { kind: 'raw', config: 'address: {{node.1.ip}}' } as const;
  const topology = {
    roles: { node: role({ count: 2, segments: ['lan'], provisioning }) },
    segments: { lan: {} },
  };
  const [first, second] = planMachines(await request({ topology }), context);
  const lans = [{ id: 'lan0', mac: '52:54:00:00:00:01', socket: '/tmp/switchyard-1/n1.sock' }];
  t.strictSame(second?.spec.lans, lans);
  t.match(first?.request.provisioning, { config: 'address: 10.80.0.11' });
  if (!second) return;
  const argv = qemuArgv(second.spec);
  const netdev = argv.find((word) => word.includes('"stream"')) ?? '{}';
  const addr = { type: 'unix', path: '/tmp/switchyard-1/n1.sock' };
  t.strictSame(JSON.parse(netdev), { type: 'stream', id: 'lan0', server: false, addr });
  const later = qemuArgv(specFrom(second.spec, '/t'));
  t.ok(later.includes('pcie-root-port,id=lan0-slot,chassis=1'));
  t.notOk(later.some((word) => word.includes('"stream"')));
});
