/**
 * Patterns of programs that crash, and of what security modules deny them.
 */

import type { LogPattern } from '../../model/log-pattern.js';

const common = { phase: 'units', sources: ['console', 'journal'] } as const;

export const programPatterns: readonly LogPattern[] = [
  {
    ...common,
    name: 'segfault',
    pattern: /\bsegfault at [0-9a-f]+ ip |\btraps: .+\[\d+\] (?:general protection|trap )/,
    severity: 'finding',
    code: 'SEGFAULT',
    speakers: ['kernel'],
    wording: 'Linux arch/x86/mm/fault.c, arch/x86/kernel/traps.c: a program, not the kernel',
    examples: [
      'nginx[411]: segfault at 0 ip 00005581c0de sp 00007ffd0011 error 4 in nginx[5581c0d0+a000]',
      'traps: nginx[411] general protection fault ip:7f1c sp:7ffd error:0 in libc.so.6',
      'traps: node[88] trap invalid opcode ip:55c1 sp:7ffe error:0 in node[55c0+9000]',
    ],
  },
  {
    ...common,
    name: 'core-dump',
    pattern: /Process \d+ \(.*\) of user \d+ (?:dumped core|terminated abnormally)/,
    severity: 'finding',
    code: 'CORE_DUMP',
    speakers: ['systemd-coredump'],
    wording: 'systemd src/coredump/coredump.c',
    examples: [
      'Process 411 (nginx) of user 0 dumped core.',
      'systemd-coredump[733]: Process 411 (nginx) of user 0 dumped core.',
    ],
  },
  {
    ...common,
    name: 'avc-denied',
    pattern: /avc: +denied/,
    severity: 'note',
    code: 'AVC_DENIED',
    speakers: ['kernel', 'audit'],
    wording: "Linux security/selinux/avc.c; Flatcar's default is permissive",
    examples: [
      'audit: type=1400 audit(1732.2:3): avc:  denied  { read } for  pid=1 comm="systemd"',
      'AVC avc:  denied  { write } for  pid=612 comm="nginx" name="x" permissive=1',
    ],
  },
  {
    ...common,
    name: 'apparmor-denied',
    pattern: /apparmor="DENIED"/,
    severity: 'note',
    code: 'APPARMOR_DENIED',
    speakers: ['kernel', 'audit'],
    wording: 'Linux security/apparmor/audit.c; a profile that works denies',
    examples: [
      'audit: type=1400 audit(1.2:4): apparmor="DENIED" operation="open" profile="docker"',
    ],
  },
  {
    ...common,
    name: 'seccomp-violation',
    pattern: /audit: type=1326 |^SECCOMP auid=/,
    severity: 'note',
    code: 'SECCOMP_VIOLATION',
    speakers: ['kernel', 'audit'],
    wording: 'Linux kernel/auditsc.c, audit_seccomp; a filter that works refuses',
    examples: [
      'audit: type=1326 audit(1732.2:9): auid=500 uid=500 gid=500 ses=3 pid=99 comm="x" sig=31',
      'SECCOMP auid=500 uid=500 gid=500 ses=3 pid=99 comm="x" sig=31',
    ],
  },
];
