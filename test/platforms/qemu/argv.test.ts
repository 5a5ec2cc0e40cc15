/**
 * The command line, option by option, and the lines that a person can run.
 */

import t from 'tap';
import { qemuArgv } from '../../../platforms/qemu/argv.js';
import { escapeValue } from '../../../platforms/qemu/argv-sockets.js';
import { prepareCommands } from '../../../platforms/qemu/disks.js';
import type { DriveSpec, FirmwareSpec, MachineSpec } from '../../../platforms/qemu/machine-spec.js';
import { handLine } from '../../../platforms/qemu/shell-line.js';
import { shellQuote } from '../../../platforms/qemu/shell-quote.js';

const system: DriveSpec = {
  id: 'system',
  path: '/d/system.qcow2',
  content: { kind: 'overlay', backing: { path: '/i/image.qcow2', format: 'qcow2' } },
  bootIndex: 1,
};

const spec: MachineSpec = {
  name: 'c1/main-0',
  accelerator: 'tcg',
  vcpus: 2,
  memoryMiB: 1024,
  firmware: { kind: 'bios' },
  drives: [system],
  networks: [],
  console: { kind: 'terminal' },
};

/** What the spec adds to the command line of a machine without it. */
function added(change: Partial<MachineSpec>): string {
  const without = qemuArgv({ ...spec, drives: [] });
  const argv = qemuArgv({ ...spec, drives: [], ...change });
  return argv.filter((argument) => !without.includes(argument)).join(' ');
}

t.test('the plainest machine', async (t) => {
  const expected = [
    'qemu-system-x86_64 -name c1/main-0 -machine q35,smm=off,sata=off -nodefaults -no-user-config -display none',
    '-accel tcg,thread=multi,tb-size=256 -cpu max,la57=off,erms=off,fsrm=off -smp 2 -m 1024M -rtc base=utc',
    '-msg timestamp=on -device pvpanic-pci -action panic=none',
    '-device virtio-rng-pci -device vmgenid,guid=auto',
    '-drive if=none,id=system,format=qcow2,cache=unsafe,discard=unmap,file=/d/system.qcow2',
    '-device virtio-blk-pci,drive=system,bootindex=1',
    '-chardev stdio,id=console,mux=on,signal=off -mon chardev=console',
    '-device isa-serial,chardev=console',
  ];
  t.equal(qemuArgv(spec).join(' '), expected.join(' '));
});

t.test('a shared directory', async (t) => {
  const shares = [{ tag: 'harbour', files: {}, directory: '/d/s,0' }];
  t.equal(
    added({ shares }),
    '-fsdev local,id=share0,path=/d/s,,0,security_model=none,readonly=on ' +
      'virtio-9p-pci,fsdev=share0,mount_tag=harbour',
  );
});

t.test('a screen', async (t) => {
  t.equal(added({ screen: true }), 'isa-vga,vgamem_mb=2');
  const code = { path: '/f/code.fd', format: 'raw' } as const;
  const firmware: FirmwareSpec = { kind: 'uefi', code, variables: { ...system, path: '/d/vars' } };
  t.match(added({ screen: true, firmware }), 'VGA,xres=800,yres=600,vgamem_mb=2');
});

t.test('services of a network', async (t) => {
  const nic = { id: 'nic0', mac: '52:54:00:00:00:01', forwards: [] };
  const request = { kind: 'http', address: '10.0.2.100', port: 80, files: {} } as const;
  const services = [{ request, socket: '/d/service-0.sock' }];
  t.match(
    added({ networks: [{ ...nic, services }] }),
    /restrict=on,guestfwd=tcp:10\.0\.2\.100:80-cmd:\S*node \S*services\/bridge\.js \/d\/service-0\.sock/,
  );
  t.match(
    added({ networks: [{ ...nic, tftp: { files: {}, directory: '/d/t,1' } }] }),
    ',tftp=/d/t,,1',
  );
});

t.test('of what goes by a NIC the beginnings are kept, and of a config nothing', async (t) => {
  const nic = { id: 'nic0', mac: '52:54:00:00:00:01', forwards: [], capture: '/d/nic0.pcap' };
  t.match(added({ networks: [nic] }), /file=\/d\/nic0\.pcap,maxlen=256/);
  t.match(added({ networks: [{ ...nic, bootFile: 'boot.ipxe' }] }), ',maxlen=96');
  const config = { ...nic, bootFile: 'boot.ipxe', carriesConfig: true } as const;
  t.match(added({ networks: [config] }), ',maxlen=66');
});

t.test('what is booted in place of a disk', async (t) => {
  const nic = { id: 'nic0', mac: '52:54:00:00:00:01', forwards: [] };
  const tftp = { files: {}, directory: '/d/tftp' };
  const booting = added({ networks: [{ ...nic, tftp, bootFile: 'boot.ipxe' }] });
  t.match(booting, ',tftp=/d/tftp,bootfile=boot.ipxe ');
  t.match(booting, /virtio-net-pci,netdev=nic0,mac=52:54:00:00:00:01,bootindex=1$/);
  t.match(added({ networks: [nic] }), /,romfile=$/, 'the others have no ROM');
  t.equal(
    added({ cd: '/i/live,1.iso' }),
    '-drive if=none,id=cd,format=raw,media=cdrom,readonly=on,file=/i/live,,1.iso ' +
      'virtio-scsi-pci scsi-cd,drive=cd,bootindex=1',
  );
});

t.test('each option', async (t) => {
  t.equal(added({ accelerator: 'kvm' }), 'kvm host');
  t.equal(
    added({ drives: [{ ...system, id: 'disk0', serial: 'data', bootIndex: 2 }] }),
    '-drive if=none,id=disk0,format=qcow2,cache=unsafe,discard=unmap,file=/d/system.qcow2 ' +
      'virtio-blk-pci,drive=disk0,serial=data,bootindex=2',
  );
  const code = { path: '/f/code.fd', format: 'raw' } as const;
  t.equal(
    added({ firmware: { kind: 'uefi', code, variables: { ...system, path: '/d/vars' } } }),
    '-drive if=pflash,unit=0,readonly=on,format=raw,file=/f/code.fd ' +
      '-drive if=pflash,unit=1,format=qcow2,file=/d/vars',
  );
  const variables = { ...system, path: '/d/vars' };
  const secure: FirmwareSpec = { kind: 'uefi', code, variables, secure: true };
  t.match(
    added({ firmware: secure }),
    'q35,smm=on,sata=off -global driver=cfi.pflash01,property=secure,value=on ' +
      '-global ICH9-LPC.disable_s3=1 -drive if=pflash,unit=0,readonly=on',
  );
  t.equal(
    added({ config: { fwCfg: 'opt/com.coreos/config', path: '/d/i.json' } }),
    '-fw_cfg name=opt/com.coreos/config,file=/d/i.json',
  );
  t.equal(
    added({ console: { kind: 'socket', path: '/s/c', logFile: '/a/c.log' } }),
    'socket,id=console,path=/s/c,server=off,logfile=/a/c.log,logappend=on',
  );
  t.equal(
    added({ qmpSocket: '/s/q' }),
    'socket,id=qmp,path=/s/q,server=off chardev=qmp,mode=control',
  );
  t.equal(
    added({ journalSocket: '/s/j' }),
    'virtio-serial-pci socket,id=journal,path=/s/j,server=off ' +
      'virtserialport,chardev=journal,name=org.switchyard.journal',
  );
  t.equal(
    added({ holdSocket: '/s/h' }),
    '-smbios type=3,asset=switchyard-hold virtio-serial-pci ' +
      'socket,id=hold,path=/s/h,server=off virtserialport,chardev=hold,name=org.switchyard.hold',
  );
});

t.test('who waits in a template calls over the management network', async (t) => {
  const management = { id: 'nic0', mac: '52:54:00:5a:00:00', forwards: [] };
  const other = { ...management, id: 'nic1' };
  const callSockets = { standby: '/s/st', witness: '/s/wi' };
  const argv = qemuArgv({ ...spec, networks: [management, other], callSockets });
  t.ok(argv.includes('socket,id=standby,path=/s/st,server=off'));
  t.ok(argv.includes('socket,id=witness,path=/s/wi,server=off'));
  const forwards =
    'guestfwd=tcp:10.0.2.6:22-chardev:standby,guestfwd=tcp:10.0.2.6:23-chardev:witness';
  const called = argv.filter((word) => word.includes(forwards));
  t.match(called, [/^user,id=nic0,/]);
  t.equal(called.length, 1, 'on no other network');
});

t.test('a template has its memory in a file, and a fork reads it', async (t) => {
  const memory = { path: '/t/memory', sharing: 'shared' } as const;
  t.equal(
    added({ memory }),
    'q35,smm=off,sata=off,memory-backend=memory ' +
      '-object memory-backend-file,id=memory,size=1024M,mem-path=/t/memory,share=on',
  );
  t.match(
    added({ memory: { ...memory, sharing: 'private' }, incoming: true }),
    /mem-path=\/t\/memory,share=off -incoming defer$/,
  );
});

t.test('networks are closed and let QEMU choose the ports', async (t) => {
  const forwards = [
    { address: '', port: 22 },
    { address: '10.9.8.7', port: 80 },
  ];
  const network = { id: 'nic1', mac: '52:54:00:00:00:01', subnet: '10.9.8.0/24', forwards };
  const hostfwd = 'hostfwd=tcp:127.0.0.1:0-:22,hostfwd=tcp:127.0.0.1:0-10.9.8.7:80';
  t.equal(
    added({ networks: [network] }),
    `-netdev user,id=nic1,restrict=on,net=10.9.8.0/24,${hostfwd} ` +
      'virtio-net-pci,netdev=nic1,mac=52:54:00:00:00:01,romfile=',
  );
});

t.test('a comma in a path is doubled', async (t) => {
  t.equal(escapeValue('/a,b/c'), '/a,,b/c');
  t.match(added({ qmpSocket: '/a,b/q' }), 'path=/a,,b/q,server=off');
});

t.test('disks', async (t) => {
  const blank = { id: 'd', path: '/d/d', content: { kind: 'blank', sizeMiB: 64 } } as const;
  const commands = prepareCommands({ ...spec, drives: [system, blank] });
  t.strictSame(
    commands.map((argv) => argv.join(' ')),
    [
      'qemu-img create -q -f qcow2 -b /i/image.qcow2 -F qcow2 /d/system.qcow2',
      'qemu-img create -q -f qcow2 /d/d 64M',
    ],
  );
});

t.test('the line to run by hand', async (t) => {
  const config = { fwCfg: 'opt/com.coreos/config', path: '/tmp/secret.json' };
  const socket = { kind: 'socket', path: '/s/c', logFile: '/a/c.log' } as const;
  const line = handLine({ ...spec, config, console: socket, qmpSocket: '/s/q' }, "/a/it's.json");
  t.match(line, /^mkdir -p \/d && qemu-img create .* && qemu-system-x86_64 /);
  t.match(line, `'name=opt/com.coreos/config,file=/a/it'\\''s.json'`);
  t.notMatch(line, /secret|\/s\/|server=off/);
  t.match(line, 'stdio,id=console');
  t.equal(shellQuote('a b$c'), "'a b$c'");
  t.equal(shellQuote(''), "''");
});
