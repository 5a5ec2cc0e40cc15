/**
 * Defects of what the update engine tells its users that the suites about updates must see.
 */

import { changedAgent, changedImage, changedRelease, postinstWithout } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

/** The engine's place on the bus, for root alone. */
const privateBus = {
  path: 'share/dbus-1/system.d/com.coreos.update1.conf',
  mode: 0o644,
  contents: `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root">
    <allow own="com.coreos.update1"/>
    <allow send_destination="com.coreos.update1"/>
  </policy>
  <policy context="default">
    <deny send_destination="com.coreos.update1"/>
  </policy>
</busconfig>
`,
};

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'update/status-for-root-only',
    suite: 'update/idle-after-boot',
    describes: 'Only root may ask the engine how it is.',
    change: changedImage({ name: 'private-engine', addFiles: [privateBus] }),
    expect: commandFailed,
  },
  {
    id: 'update/forgets-that-it-waits',
    suite: 'update/waits-for-its-reboot',
    describes: 'The engine neither pings nor checks while a reboot is due.',
    change: changedAgent('silent-wait', [
      { file: 'engine/main.go', from: 'attempt.session.Ping(ctx)', to: 'nil' },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update/not-booted-is-failed',
    suite: 'update/waits-for-its-reboot',
    describes: 'The engine takes an update that was not booted yet for one that did not hold.',
    change: changedAgent('not-booted-is-failed', [
      {
        file: 'slots/slots.go',
        from: 'return err == nil && !usable, err',
        to: 'return err == nil && (usable || !usable), err',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/marks-when-it-is-late',
    suite: 'update/late-mark',
    describes: 'The engine leaves the mark of a slot that was good before to the timer.',
    change: changedAgent('marks-late', [
      {
        file: 'engine/attempt.go',
        from: 'if err := markGoodIfHealthy(); err',
        to: 'if good {\n\t\treturn nil\n\t}\n\tif err := markGoodIfHealthy(); err',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/ended-half-way',
    suite: 'update/offline-settings',
    describes: 'flatcar-update that is told to end does not tidy up.',
    change: changedAgent('ended-half-way', [
      {
        file: 'offline/offline.go',
        from: 'syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)',
        to: 'syscall.SIGUSR1)',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/leaves-its-server',
    suite: 'update/offline-refused',
    describes: 'flatcar-update leaves its own server in the settings.',
    change: changedAgent('leaves-server', [
      {
        file: 'offline/settings.go',
        from: 'return syscall.Unmount(settingsFile, syscall.MNT_DETACH)',
        to: 'return nil',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/offline-trusts-anybody',
    suite: 'update/offline-refused',
    describes: 'The engine does not look at the signature of a payload that comes from a file.',
    change: changedAgent('skips-signature', [
      {
        file: 'payload/reader.go',
        from: 'return verify(signed, signatures, keyFile)',
        to: '_, _, _ = signed, signatures, keyFile\n\treturn nil',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/does-not-say-why',
    suite: 'update/esp-full',
    describes: 'The engine does not say that it found no room for the kernel.',
    change: changedAgent('silent-esp', [
      {
        file: 'install/install.go',
        from: 'errors.New("Failed to copy kernel")',
        to: 'errors.New("it did not work")',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/never-finalizes',
    suite: 'update/states-in-order',
    describes: 'The engine does not tell that it finalizes an update.',
    change: changedAgent('never-finalizes', [
      {
        file: 'engine/attempt.go',
        from: 'attempt.board.set(Finalizing)',
        to: 'log.Print("Finalizing.")',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/no-flag',
    suite: 'update/reboot-required',
    describes: 'The last step of the release leaves no word for other reboot managers.',
    change: changedRelease('next', postinstWithout('touch')),
    expect: assertionFailed,
  },
  {
    id: 'update/forgets-to-disable',
    suite: 'update/offline-payload',
    describes: 'flatcar-update forgets to disable updates afterwards.',
    change: changedAgent('never-disables', [
      {
        file: 'offline/offline.go',
        from: 'if request.disableAfter {',
        to: 'if request.disableAfter && request.version == "never" {',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/wants-room',
    suite: 'update/root-full',
    describes: 'The engine wants room on the root file system.',
    change: changedAgent('wants-room', [
      {
        file: 'install/target.go',
        from: 'running, err := os.Stat(target.current.Kernel)',
        to: 'if err := os.WriteFile("/var/tmp/room", make([]byte, 1<<20), 0o600); err != nil {\n\t\treturn err\n\t}\n\trunning, err := os.Stat(target.current.Kernel)',
      },
    ]),
    expect: assertionFailed,
  },
];
