/**
 * Defects that the suites about the way back must see.
 */

import type { SourceEdit } from '../../images/reference/build-options.js';
import { neverRollsBack, silentRollback, triesAgain, withoutHealthCheck } from './defects.js';
import { changedAgent, changedConfig, changedRelease, vendorUnit, withUnits } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

const believesItsRecord: readonly SourceEdit[] = [
  {
    file: 'engine/outcome.go',
    from: 'if failed != "" && failed != told {',
    to: 'if was, _ := readPref(previousVersion); failed != "" && was == running {',
  },
];

/** One or more for each suite of `rollback`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'rollback/good-at-once',
    suite: 'rollback/never-marked-good',
    describes: 'The release marks its slot good as it boots.',
    change: changedRelease('next', {
      addFiles: vendorUnit({ script: 'flatcar-setgoodroot', when: 'Before=sshd.socket' }),
    }),
    expect: assertionFailed,
  },
  {
    id: 'rollback/never',
    suite: 'rollback/never-marked-good',
    describes: 'The boot loader takes no try of the slot that it boots.',
    change: neverRollsBack,
    expect: assertionFailed,
  },
  {
    id: 'rollback/never-after-panic',
    suite: 'rollback/kernel-panic',
    describes: 'The boot loader takes no try of the slot that it boots.',
    change: neverRollsBack,
    expect: assertionFailed,
  },
  {
    id: 'rollback/tries-again-after-panic',
    suite: 'rollback/kernel-panic',
    describes: 'Each boot gives slot B a try, whatever is in it.',
    change: triesAgain,
    expect: assertionFailed,
  },
  {
    id: 'rollback/tries-again-after-hash',
    suite: 'rollback/wrong-usr-hash',
    describes: 'Each boot gives slot B a try, whatever is in it.',
    change: triesAgain,
    expect: assertionFailed,
  },
  {
    id: 'rollback/takes-it-again',
    suite: 'rollback/not-again',
    describes: 'The engine installs by itself what did not hold before.',
    change: changedAgent('takes-it-again', [
      {
        file: 'engine/attempt.go',
        from: '!attempt.session.OnDemand',
        to: 'attempt.session.OnDemand',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'rollback/is-not-told',
    suite: 'rollback/no-init',
    describes: 'The engine does not tell that an update did not hold.',
    change: changedAgent('silent-rollback', silentRollback),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'rollback/never-unhealthy',
    suite: 'rollback/system-unit-fails',
    describes: 'The health check of the release finds everything healthy.',
    change: changedRelease('unit-fails', withoutHealthCheck),
    expect: { phase: 'ssh', code: 'BOOT_TIMEOUT' },
  },
  {
    id: 'rollback/workload-has-no-say',
    suite: 'rollback/workload-fails',
    describes: 'The workload does not join the health check.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).filter(({ name }) => name !== 'workload.service'),
      ),
    ),
    expect: { phase: 'ssh', code: 'BOOT_TIMEOUT' },
  },
  {
    id: 'rollback/hang-is-not-told',
    suite: 'rollback/boot-hangs',
    describes: 'The engine does not tell that an update did not hold.',
    change: changedAgent('silent-rollback', silentRollback),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'rollback/check-comes-late',
    suite: 'rollback/boot-hangs-early',
    describes: 'The health check begins when the basic system is there.',
    change: changedRelease('hangs-early', {
      addFiles: [
        {
          path: 'lib/systemd/system/mark-slot-good.timer.d/10-late.conf',
          mode: 0o644,
          contents: '[Unit]\nAfter=sysinit.target\n',
        },
      ],
    }),
    expect: { phase: 'ssh', code: 'BOOT_TIMEOUT' },
  },
  {
    id: 'rollback/told-by-its-record',
    suite: 'rollback/root-full',
    describes: 'The engine believes what it wrote down, and not the attributes of the slot.',
    change: changedAgent('believes-its-record', believesItsRecord),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'rollback/recorded-too-late',
    suite: 'rollback/power-cut',
    describes:
      'The engine writes down that it has installed something when that is the first choice.',
    change: changedAgent('recorded-too-late', [
      ...believesItsRecord,
      {
        file: 'install/install.go',
        from: '\tsteps.Commit()\n\treturn postinstall(target.slot)',
        to: '\terr = postinstall(target.slot)\n\tsteps.Commit()\n\treturn err',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
];
