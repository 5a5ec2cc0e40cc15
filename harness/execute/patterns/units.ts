/**
 * Patterns of systemd about the units that it manages, and about itself.
 */

import type { LogPattern } from '../../model/log-pattern.js';

const common = { phase: 'units', sources: ['console', 'journal'], speakers: ['systemd'] } as const;

/** Source: systemd src/core/job.c, which prints the mark, and the name before what goes to the kernel's log. */
const onConsole = /\[FAILED\]|\[DEPEND\]|\[ TIME \]|systemd\[1\]: /;

export const unitPatterns: readonly LogPattern[] = [
  {
    ...common,
    name: 'init-frozen',
    pattern: /(?:^|systemd\[1\]: )(?:Freezing execution|Caught <\w+>)|\[!!!!!!\] /,
    severity: 'fatal',
    code: 'INIT_FROZEN',
    wording: 'systemd src/core/crash-handler.c, src/core/main.c; process 1 does nothing any more',
    examples: [
      '[    4.1] systemd[1]: Freezing execution.',
      'Freezing execution.',
      '[!!!!!!] Failed to mount API filesystems.',
      '[    4.0] systemd[1]: Caught <SEGV>, dumped core as pid 77.',
    ],
  },
  {
    ...common,
    name: 'ordering-cycle',
    pattern: /: Found ordering cycle(?: on |: )|Ordering cycle found, skipping /,
    severity: 'fatal',
    code: 'ORDERING_CYCLE',
    wording:
      'systemd src/core/transaction.c; it drops a job of its own choice, so what runs is luck',
    examples: [
      'systemd[1]: a.service: Found ordering cycle on b.service/start',
      'local-fs.target: Found ordering cycle: a.service/start after b.mount/start after a.service/start',
      '[ SKIP ] Ordering cycle found, skipping a.service - A',
    ],
  },
  {
    ...common,
    name: 'unit-failed',
    pattern:
      /(?:^|\[FAILED\]\s+|systemd\[1\]: )Failed to (?:start|mount|listen on|activate swap|set up automount) \S+/,
    onConsole,
    severity: 'fatal',
    code: 'UNIT_FAILED',
    wording: 'systemd src/core/job.c, src/core/mount.c, src/core/socket.c, src/core/swap.c',
    examples: [
      '[FAILED] Failed to start docker.service - Docker Application Container Engine.',
      'Failed to start docker.service - Docker Application Container Engine.',
      '[   30.2] systemd[1]: Failed to start docker.service.',
      '[FAILED] Failed to mount boot.mount - Boot partition.',
      '[FAILED] Failed to listen on sshd.socket - OpenSSH Server Socket.',
    ],
  },
  {
    ...common,
    name: 'dependency-failed',
    pattern: /(?:^|\[DEPEND\]\s+|systemd\[1\]: )Dependency failed for \S+/,
    onConsole,
    severity: 'fatal',
    code: 'UNIT_FAILED',
    survivable:
      /Dependency failed for (?:\S+\.(?:mount|swap)\b|systemd-(?:fsck|cryptsetup|growfs|makefs|mkswap)@|\/|File System Check )/,
    wording: 'systemd src/core/job.c; a mount that fails may be a `nofail` one',
    examples: [
      '[DEPEND] Dependency failed for local-fs.target - Local File Systems.',
      'Dependency failed for local-fs.target - Local File Systems.',
      '[DEPEND] Dependency failed for srv-data.mount - /srv/data.',
      '[   99.1] systemd[1]: Dependency failed for File System Check on /dev/vdb.',
    ],
  },
  {
    ...common,
    name: 'unit-timeout',
    pattern: /\.\w+: (?:[Ss]tart(?:-pre|-post)? operation|Mounting|Starting) timed out\b/,
    severity: 'note',
    code: 'UNIT_TIMEOUT',
    timedMs: 90_000,
    wording:
      'systemd src/core/service.c, src/core/mount.c, src/core/socket.c; the unit may be restarted, and is called failed if not; systemd-system.conf(5), DefaultTimeoutStartSec',
    examples: [
      'docker.service: start operation timed out. Terminating.',
      'systemd[1]: boot.mount: Mounting timed out. Terminating.',
      'sshd.socket: Starting timed out. Terminating.',
    ],
  },
  {
    ...common,
    name: 'job-timeout',
    pattern:
      /(?:^|\[ TIME \]\s+|systemd\[1\]: )Timed out (?:starting|stopping) \S+|\.\w+: Job \S+\/\w+ timed out\./,
    onConsole,
    severity: 'note',
    code: 'UNIT_TIMEOUT',
    wording:
      'systemd src/core/job.c; JobTimeoutSec= of systemd.unit(5), or of a unit that hangs; what depends on it is called failed',
    examples: [
      '[ TIME ] Timed out starting boot-complete.target - Boot Completion Check.',
      'Timed out starting boot-complete.target - Boot Completion Check.',
      'boot-complete.target: Job boot-complete.target/start timed out.',
      '[   99.1] systemd[1]: boot-complete.target: Job boot-complete.target/start timed out.',
    ],
  },
  {
    ...common,
    name: 'unit-result',
    pattern: /\.\w+: Failed with result '[a-z-]+'/,
    severity: 'note',
    code: 'UNIT_FAILED',
    wording:
      'systemd src/core/unit.c; the unit may be restarted, and at the end all failed ones are asked for',
    examples: ["update-engine.service: Failed with result 'exit-code'."],
  },
  {
    ...common,
    name: 'restart-limit',
    pattern: /\.\w+: Start request repeated too quickly/,
    severity: 'note',
    code: 'UNIT_FAILED',
    wording: 'systemd src/core/service.c; at the end all failed units are asked for',
    examples: ['locksmithd.service: Start request repeated too quickly.'],
  },
  {
    ...common,
    name: 'unit-watchdog',
    pattern: /\.service: Watchdog timeout \(limit /,
    severity: 'note',
    code: 'UNIT_WATCHDOG',
    wording: 'systemd src/core/service.c; an overloaded host does it too',
    examples: ['systemd-journald.service: Watchdog timeout (limit 3min)!'],
  },
  {
    ...common,
    name: 'unit-oom-kill',
    pattern: /A process of this unit has been killed by (?:the OOM killer|systemd-oomd)/,
    severity: 'note',
    code: 'OOM_KILL',
    wording:
      'systemd src/core/unit.c; the kernel says itself whether the machine was out of memory',
    examples: ['stress.service: A process of this unit has been killed by the OOM killer.'],
  },
  {
    ...common,
    name: 'unit-file-problem',
    pattern:
      /\.\w+:\d+: (?:Unknown (?:key|section|lvalue)|Failed to parse|Invalid )|: Service has no ExecStart=|\.\w+: Cannot add dependency job/,
    severity: 'note',
    code: 'BAD_UNIT_FILE',
    wording: 'systemd src/shared/conf-parser.c, src/core/service.c; the line is ignored',
    examples: [
      "/etc/systemd/system/a.service:4: Unknown key name 'ExecStrt' in section 'Service', ignoring.",
      'b.service: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.',
    ],
  },
];
