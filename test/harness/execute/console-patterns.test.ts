/**
 * The catalogue against lines as systems print them: what must be found, and what must not.
 */

import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../../harness/base/project-root.js';
import { consolePatterns } from '../../../harness/execute/console-patterns.js';
import { loadContract } from '../../../harness/select/contract.js';
import { loadSuites } from '../../../harness/select/load-suites.js';

function nameOf(text: string): string | undefined {
  return consolePatterns.find(({ pattern }) => pattern.test(text))?.name;
}

const lines: readonly [string, string][] = [
  ['No bootable device.', 'no-bootable-device'],
  ['BdsDxe: No bootable option or device was found.', 'no-bootable-device'],
  ['Reading or updating the GPT failed!', 'no-usable-slot'],
  ['error: no such partition.', 'bootloader-error'],
  ["error: ../../grub-core/kern/disk.c:236:disk `hd0,gpt9' not found.", 'bootloader-error'],
  ['error: you need to load the kernel first.', 'bootloader-error'],
  ['device-mapper: verity: 254:3: metadata block 2 is corrupted', 'verity-corruption'],
  ['[    1.2] Kernel panic - not syncing: Attempted to kill init!', 'kernel-panic'],
  ['[ 9.1] BUG: kernel NULL pointer dereference, address: 0000000000000000', 'kernel-oops'],
  ['[ 9.1] Oops: 0002 [#1] PREEMPT SMP NOPTI', 'kernel-oops'],
  ['[ 9.1] kernel BUG at mm/slub.c:4023!', 'kernel-oops'],
  ['general protection fault, probably for non-canonical address 0xdead', 'kernel-oops'],
  ['watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/1:1:34]', 'soft-lockup'],
  ['rcu: INFO: rcu_preempt self-detected stall on CPU', 'soft-lockup'],
  ['INFO: task jbd2/vda9-8:201 blocked for more than 120 seconds.', 'soft-lockup'],
  ['Out of memory: Killed process 812 (stress) total-vm:1048576kB', 'oom-kill'],
  ['Ignition has failed. Please ensure your config is valid. Note that only', 'ignition-failed'],
  ['[FAILED] Failed to start ignition-fetch.service - Ignition (fetch).', 'ignition-failed'],
  ['[FAILED] Failed to start Ignition (files).', 'ignition-failed'],
  ['You are in emergency mode. After logging in, type "journalctl -xb"', 'emergency-mode'],
  ['[  OK  ] Reached target emergency.target - Emergency Mode.', 'emergency-mode'],
  ['[  OK  ] Reached target Emergency Mode.', 'emergency-mode'],
  ['Entering emergency mode. Exit the shell to continue.', 'emergency-mode'],
  ['systemd[1]: a.service: Found ordering cycle on b.service/start', 'ordering-cycle'],
  ['[FAILED] Failed to start docker.service - Docker.', 'unit-failed'],
  ['[DEPEND] Dependency failed for local-fs.target - Local File Systems.', 'dependency-failed'],
  ['EXT4-fs error (device vda9): ext4_lookup:1855: inode #2', 'filesystem-error'],
  ['BTRFS error (device vda6): bdev /dev/vda6 errs: wr 0, rd 1', 'filesystem-error'],
  ['audit: type=1400 audit(1.2:3): avc:  denied  { read } for  pid=1', 'avc-denied'],
  ['nginx[411]: segfault at 0 ip 00005581 sp 00007ffd error 4', 'segfault'],
  ['traps: nginx[411] general protection fault ip:7f1c sp:7ffd error:0 in libc.so.6', 'segfault'],
  ['Process 411 (nginx) of user 0 dumped core.', 'core-dump'],
];

t.test('each kind of trouble is known by its name', async (t) => {
  for (const [text, name] of lines) t.equal(nameOf(text), name, text);
  const untested = consolePatterns.filter(({ name }) => !lines.some(([, other]) => other === name));
  t.same(
    untested.map(({ name }) => name),
    ['slot-refused'],
    'only what an image of ours prints and its own tests cover has no line here',
  );
});

t.test('what only looks like trouble is none', async (t) => {
  const harmless = [
    '[  OK  ] Started docker.service - Docker.',
    "error: file `/boot/grub/i386-pc/gfxterm_background.mod' not found.",
    'error: no suitable video mode found.',
    '[    0.0] Command line: BOOT_IMAGE=/flatcar/vmlinuz-a panic=60 oops=panic',
    '[    0.1] Memory: 981456K/1048048K available, kernel panic timeout 60 s',
    'EXT4-fs (vda9): mounted filesystem r/w with ordered data mode. Quota mode: none.',
    'BTRFS info (device vda6): using crc32c (crc32c-intel) checksum algorithm',
    'device-mapper: verity: sha256 using implementation "sha256-ni"',
    'systemd[1]: Reached target ignition-complete.target - Ignition Complete.',
    'localhost login: ',
  ];
  for (const text of harmless) t.equal(nameOf(text), undefined, text);
});

t.test('names are unique, and what suites expect is in the catalogue', async (t) => {
  const names = consolePatterns.map(({ name }) => name);
  t.equal(new Set(names).size, names.length);
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const suites = await loadSuites({ directory: join(compiledRoot(), 'suites'), contract });
  const unknown = suites.flatMap(({ id, expects }) =>
    expects.filter(({ pattern }) => !names.includes(pattern)).map(({ pattern }) => [id, pattern]),
  );
  t.same(unknown, []);
});

t.test('a pattern keeps no state from line to line', async (t) => {
  for (const { name, pattern } of consolePatterns) t.notMatch(pattern.flags, /[gy]/, name);
});
