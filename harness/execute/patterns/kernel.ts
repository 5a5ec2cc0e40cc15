/**
 * Patterns of the kernel about itself: how it dies, hangs and runs out of memory.
 */

import type { LogPattern } from '../../model/log-pattern.js';

const common = { phase: 'kernel', sources: ['console', 'journal'], speakers: ['kernel'] } as const;

export const kernelPatterns: readonly LogPattern[] = [
  {
    ...common,
    name: 'kernel-panic',
    pattern: /Kernel panic - not syncing/,
    severity: 'fatal',
    code: 'KERNEL_PANIC',
    qmpEvents: ['GUEST_PANICKED'],
    reason: /Kernel panic - not syncing: (.+)/,
    wording: 'Linux kernel/panic.c; QEMU qapi/run-state.json for the event of pvpanic',
    examples: [
      '[    1.2] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100',
      'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
      '[    3.0] Kernel panic - not syncing: dm-verity device corrupted',
    ],
  },
  {
    ...common,
    name: 'kernel-oops',
    pattern:
      /\bBUG: (?:unable to handle|kernel NULL pointer)|\bOops: .*\[#\d+\]|\bkernel BUG at |general protection fault(?:, probably|: [0-9a-f]{4} \[#)|BUG: KASAN: /,
    severity: 'fatal',
    code: 'KERNEL_OOPS',
    wording:
      'Linux arch/x86/mm/fault.c, arch/x86/kernel/dumpstack.c, lib/bug.c, mm/kasan/report.c; the kernel goes on, and nothing it does can be trusted',
    examples: [
      '[ 9.1] BUG: kernel NULL pointer dereference, address: 0000000000000000',
      '[ 9.1] BUG: unable to handle page fault for address: ffffa0d5c0000000',
      '[ 9.1] Oops: 0002 [#1] PREEMPT SMP NOPTI',
      '[ 9.1] kernel BUG at mm/slub.c:4023!',
      'general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]',
      'BUG: KASAN: use-after-free in ext4_readdir+0x51/0x90',
    ],
  },
  {
    ...common,
    name: 'kernel-warning',
    pattern: /\bWARNING: CPU: \d+ PID: \d+ at |\bWARNING: \S+:\d+ at \S+, CPU#\d+/,
    severity: 'note',
    code: 'KERNEL_WARNING',
    wording: 'Linux kernel/panic.c, __warn; a doubt of the kernel, after which all goes on',
    examples: [
      '[   12.1] WARNING: CPU: 0 PID: 1 at kernel/workqueue.c:1790 __queue_work+0x4e/0x60',
      '[   12.1] WARNING: mm/page_alloc.c:4729 at __alloc_pages+0x3a/0x1f0, CPU#1: systemd/1',
    ],
  },
  {
    ...common,
    name: 'soft-lockup',
    pattern: /\bBUG: soft lockup - CPU#\d+|BUG: workqueue lockup/,
    severity: 'note',
    code: 'SOFT_LOCKUP',
    wording: 'Linux kernel/watchdog.c, kernel/workqueue.c; an overloaded host does it too',
    examples: ['watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/1:1:34]'],
  },
  {
    ...common,
    name: 'hard-lockup',
    pattern: /Watchdog detected hard LOCKUP on cpu/,
    severity: 'note',
    code: 'HARD_LOCKUP',
    wording: 'Linux kernel/watchdog.c; a vCPU that the host did not run for long looks the same',
    examples: ['watchdog: Watchdog detected hard LOCKUP on cpu 1'],
  },
  {
    ...common,
    name: 'rcu-stall',
    pattern:
      /\brcu(?:_\w+)? .*(?:self-)?detected (?:expedited )?stalls? on|rcu_\w+ kthread starved/,
    severity: 'note',
    code: 'RCU_STALL',
    wording: 'Linux kernel/rcu/tree_stall.h, tree_exp.h; an overloaded host does it too',
    examples: [
      'rcu: INFO: rcu_preempt self-detected stall on CPU',
      'rcu: INFO: rcu_sched detected stalls on CPUs/tasks:',
      'rcu: rcu_preempt kthread starved for 2502 jiffies! g1089 f0x0 RCU_GP_WAIT_FQS(5)',
    ],
  },
  {
    ...common,
    name: 'timer-lost',
    pattern: /\brcu: \s*Possible timer handling issue on cpu=\d+/,
    severity: 'fatal',
    code: 'TIMER_LOST',
    blames: 'host',
    wording:
      'Linux kernel/rcu/tree_stall.h; a timer of a virtual CPU never fired, and the guest waits for ever',
    examples: ['rcu: \tPossible timer handling issue on cpu=0 timer-softirq=19'],
  },
  {
    ...common,
    name: 'hung-task',
    pattern: /INFO: task \S+ blocked (?:in I\/O wait )?for more than \d+ seconds/,
    severity: 'note',
    code: 'HUNG_TASK',
    wording: 'Linux kernel/hung_task.c; a slow disk of the host does it too',
    examples: ['INFO: task jbd2/vda9-8:201 blocked for more than 120 seconds.'],
  },
  {
    ...common,
    name: 'oom-kill',
    pattern: /(?:^|[^p] )Out of memory: Killed process \d+|Out of memory and no killable processes/,
    severity: 'finding',
    code: 'OOM_KILL',
    wording: 'Linux mm/oom_kill.c; the whole machine was out of memory',
    examples: [
      'Out of memory: Killed process 812 (stress) total-vm:1048576kB, anon-rss:901232kB',
      '[  77.5] Out of memory: Killed process 812 (stress) total-vm:1048576kB',
    ],
  },
  {
    ...common,
    name: 'cgroup-oom-kill',
    pattern: /Memory cgroup out of memory: Killed process \d+/,
    severity: 'note',
    code: 'OOM_KILL',
    wording: 'Linux mm/oom_kill.c; a limit that somebody set on a group has worked',
    examples: ['Memory cgroup out of memory: Killed process 2201 (python3) total-vm:262144kB'],
  },
  {
    ...common,
    name: 'allocation-failure',
    pattern: /: page allocation failure: order:\d+/,
    severity: 'note',
    code: 'ALLOCATION_FAILURE',
    wording: 'Linux mm/page_alloc.c, warn_alloc; the caller may cope',
    examples: ['kworker/0:2: page allocation failure: order:4, mode:0xcc0(GFP_KERNEL)'],
  },
  {
    ...common,
    name: 'hardware-error',
    pattern: /\[Hardware Error\]: /,
    severity: 'note',
    code: 'HARDWARE_ERROR',
    wording: 'Linux arch/x86/kernel/cpu/mce/core.c; of a VM it is the host that reports it',
    examples: ['mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 9: bc0000000000009f'],
  },
];
