/**
 * Which machines share a template, and which must not.
 */

import t from 'tap';
import type { MachineSpec } from '../../../../platforms/qemu/machine-spec.js';
import {
  type TemplateIdentity,
  templateKey,
} from '../../../../platforms/qemu/template/template-key.js';

const spec: MachineSpec = {
  name: 'run-1/main-0',
  accelerator: 'tcg',
  vcpus: 2,
  memoryMiB: 1024,
  firmware: { kind: 'bios' },
  drives: [
    {
      id: 'system',
      path: '/runs/1/system.qcow2',
      content: { kind: 'overlay', backing: { path: '/i/disk.qcow2', format: 'qcow2' } },
    },
  ],
  networks: [{ id: 'nic0', mac: '52:54:00:00:00:01', forwards: [{ address: '', port: 22 }] }],
  config: { fwCfg: 'opt/com.coreos/config', path: '/tmp/1/ignition.json' },
  console: { kind: 'socket', path: '/tmp/1/console.sock', logFile: '/runs/1/console.log' },
  qmpSocket: '/tmp/1/qmp.sock',
  journalSocket: '/tmp/1/journal.sock',
};

const identity = {
  kind: 'settled',
  image: { disk: { sha256: 'a'.repeat(64) } },
  spec,
  config: '{}',
  configBytes: 8192,
  qemuVersion: '10.0.2',
  hostCpu: 'Xeon Gold 6338',
} as TemplateIdentity;

const key = (change: Partial<TemplateIdentity>) => templateKey({ ...identity, ...change });
const machine = (change: Partial<MachineSpec>) => key({ spec: { ...spec, ...change } });
const same = templateKey(identity);

t.test('what differs from run to run is left out', async (t) => {
  t.equal(machine({ name: 'run-2/main-0' }), same);
  t.equal(machine({ qmpSocket: '/tmp/2/qmp.sock', journalSocket: '/tmp/2/journal.sock' }), same);
  t.equal(machine({ config: { fwCfg: 'opt/com.coreos/config', path: '/tmp/2' } }), same);
  const drives = spec.drives.map((drive) => ({ ...drive, path: '/runs/2/system.qcow2' }));
  t.equal(machine({ drives }), same);
  const callsIn = (place: string) => ({
    callSockets: { standby: `${place}/st`, witness: `${place}/wi` },
  });
  t.equal(machine(callsIn('/tmp/2')), machine(callsIn('/tmp/1')));
});

t.test('the time counts where it is said to', async (t) => {
  t.equal(key({ period: undefined }), same);
  t.not(key({ period: 7 }), same);
  t.not(key({ period: 7 }), key({ period: 8 }));
});

t.test('what a first boot may have fetched counts, unless no config was read yet', async (t) => {
  const serving = (files: Readonly<Record<string, string>>, kind: 'held' | 'settled') => {
    const request = { kind: 'http', address: '10.0.2.100', port: 80, files } as const;
    const [nic0] = spec.networks.map((network) => {
      return { ...network, services: [{ request, socket: '/tmp/1/service-0.sock' }] };
    });
    return key({ kind, spec: { ...spec, networks: nic0 ? [nic0] : [] } });
  };
  t.not(serving({ '/a': 'one' }, 'settled'), serving({ '/a': 'two' }, 'settled'));
  t.equal(serving({ '/a': 'one' }, 'held'), serving({ '/a': 'two' }, 'held'));
});

t.test('what the state depends on is not', async (t) => {
  const others = [
    key({ kind: 'held' }),
    key({ qemuVersion: '10.0.3' }),
    key({ image: { disk: { sha256: 'b'.repeat(64) } } as TemplateIdentity['image'] }),
    key({ config: '{"storage":{}}' }),
    key({
      image: {
        disk: { sha256: 'a'.repeat(64) },
        extras: [{ name: 'podman', sha256: 'c'.repeat(64) }],
      } as unknown as TemplateIdentity['image'],
    }),
    machine({ vcpus: 1 }),
    machine({ memoryMiB: 2048 }),
    machine({ accelerator: 'kvm' }),
    machine({ networks: [] }),
    machine({ holdSocket: '/tmp/1/hold.sock' }),
    machine({ callSockets: { standby: '/tmp/1/st', witness: '/tmp/1/wi' } }),
    machine({ config: { fwCfg: 'opt/org.flatcar-linux/config', path: '/tmp/1' } }),
    machine({
      drives: [
        ...spec.drives,
        { id: 'disk0', path: '/d', content: { kind: 'blank', sizeMiB: 64 }, serial: 'data' },
      ],
    }),
  ];
  t.equal(new Set([same, ...others]).size, others.length + 1, 'all keys differ');
});

t.test('the host’s processor counts where it is the guest’s', async (t) => {
  const kvm: MachineSpec = { ...spec, accelerator: 'kvm' };
  t.not(key({ spec: kvm, hostCpu: 'EPYC 7763' }), key({ spec: kvm }));
  t.equal(key({ hostCpu: 'EPYC 7763' }), same, 'an emulated one is the same everywhere');
});

t.test('a held machine has read no config: only its size counts', async (t) => {
  const held = key({ kind: 'held' });
  t.equal(key({ kind: 'held', config: '{"storage":{}}' }), held);
  t.not(key({ kind: 'held', configBytes: 16_384 }), held);
});
