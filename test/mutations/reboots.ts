/**
 * Defects that the suites about reboots after updates must see.
 */

import { changedAgent } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `reboots`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'reboots/never-off',
    suite: 'reboots/off',
    describes: 'The reboot manager knows no strategy off.',
    change: changedAgent('never-off', [
      {
        file: 'locksmith/daemon.go',
        from: 'if options.strategy == strategyOff {',
        to: 'if options.strategy == strategyOff+"?" {',
      },
    ]),
    expect: { phase: 'suite', code: 'UNIT_TIMEOUT' },
  },
  {
    id: 'reboots/never-reboots',
    suite: 'reboots/strategy-reboot',
    describes: 'The reboot manager ends instead of rebooting.',
    change: changedAgent('never-reboots', [
      {
        file: 'locksmith/daemon.go',
        from: 'return reboot()\n}\n\nfunc awaitNeed',
        to: 'return nil\n}\n\nfunc awaitNeed',
      },
    ]),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
  {
    id: 'reboots/nobody-is-noticed',
    suite: 'reboots/logged-in-users',
    describes: 'The reboot manager does not look for users.',
    change: changedAgent('no-users', [
      { file: 'locksmith/permission.go', from: '" user "', to: '" nobody at all "' },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'reboots/no-time',
    suite: 'reboots/logged-in-users',
    describes: 'The reboot manager gives users a minute and a half.',
    change: changedAgent('no-time', [
      { file: 'locksmith/permission.go', from: '= 5 * time.Minute', to: '= 90 * time.Second' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'reboots/warns-nobody',
    suite: 'reboots/logged-in-users',
    describes: 'The reboot manager waits without a word to the users.',
    change: changedAgent('warns-nobody', [
      { file: 'locksmith/permission.go', from: 'exec.Command("wall",', to: 'exec.Command("true",' },
    ]),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
  {
    id: 'reboots/tells-and-goes-on',
    suite: 'reboots/unknown-strategy',
    describes: 'The reboot manager complains of the strategy, and takes another instead.',
    change: changedAgent('goes-on', [
      {
        file: 'locksmith/daemon.go',
        from: '\tif err != nil {\n\t\treturn err\n\t}\n\tif options.strategy == strategyOff {',
        to: '\tif err != nil {\n\t\tlog.Print(err)\n\t}\n\tif options.strategy == strategyOff {',
      },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'reboots/any-strategy',
    suite: 'reboots/unknown-strategy',
    describes: 'The reboot manager takes every strategy.',
    change: changedAgent('any-strategy', [
      {
        file: 'locksmith/daemon.go',
        from: 'if err == nil && strategy != strategyReboot',
        to: 'if err != nil && strategy != strategyReboot',
      },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'reboots/takes-the-lock',
    suite: 'reboots/etcd-lock',
    describes: 'The reboot manager does not ask whether the lock is free.',
    change: changedAgent('takes-lock', [
      {
        file: 'locksmith/permission.go',
        from: 'return lock.acquire(permission.holder) })',
        to: 'return nil })',
      },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'reboots/no-window',
    suite: 'reboots/window',
    describes: 'The reboot manager takes every time for its window.',
    change: changedAgent('no-window', [
      { file: 'locksmith/permission.go', from: 'if wait == 0 {', to: 'if wait >= 0 {' },
      {
        file: 'locksmith/permission.go',
        from: 'permission.window.wait(permission.now()) == 0 }',
        to: 'permission.window.wait(permission.now()) >= 0 }',
      },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
];
