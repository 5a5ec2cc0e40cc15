/**
 * Defects of what the update engine says and asks that the suites about updates must see.
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

/** Of the conversation with its server and its users; what it writes is in `update.ts`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'update/status-for-root-only',
    suite: 'update/idle-after-boot',
    describes: 'Only root may ask the engine how it is.',
    change: changedImage({ name: 'private-engine', addFiles: [privateBus] }),
    expect: commandFailed,
  },
  {
    id: 'update/fixed-track',
    suite: 'update/check-request',
    describes: 'The engine asks for a channel of its own choice.',
    change: changedAgent('fixed-track', [
      {
        file: 'config/identity.go',
        from: 'Track:        track,',
        to: 'Track:        track[:0] + "edge",',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/leaves-out-what-is-empty',
    suite: 'update/check-request',
    describes: 'The engine does not send an attribute that has no value.',
    change: changedAgent('no-empty-attributes', [
      {
        file: 'omaha/messages.go',
        from: '`xml:"hardware_class,attr"`',
        to: '`xml:"hardware_class,attr,omitempty"`',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/no-update-is-failure',
    suite: 'update/no-update',
    describes: 'The client takes it for a failure when there is no update.',
    change: changedAgent('no-update-fails', [
      {
        file: 'client/client.go',
        from: 'say("No update available")\n\t\t\treturn nil',
        to: 'return errors.New("No update available")',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/asks-when-it-likes',
    suite: 'update/no-update',
    describes: 'The engine does not care when the server wants to be asked again.',
    change: changedAgent('own-interval', [
      {
        file: 'engine/schedule.go',
        from: 'return fuzzy(max(wanted, nextCheck))',
        to: 'return fuzzy(max(0*wanted, nextCheck))',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/ignores-disabled',
    suite: 'update/disabled',
    describes: 'The engine asks although updates are disabled.',
    change: changedAgent('never-disabled', [
      {
        file: 'engine/main.go',
        from: 'if !enabled || !mayUpdate() {',
        to: 'if !enabled && !mayUpdate() {',
      },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
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
    id: 'update/says-it-is-old',
    suite: 'update/older-offered',
    describes: 'The engine says that it has an old version.',
    change: changedAgent('claims-old', [
      {
        file: 'config/identity.go',
        from: 'Version:      release["VERSION_ID"],',
        to: 'Version:      release["VERSION_ID"][:0] + "0.0.1",',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/older-is-half-installed',
    suite: 'update/older-offered',
    describes: 'The engine waits for a reboot into an older version which no boot will choose.',
    change: changedRelease('next', postinstWithout('prioritize')),
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
    id: 'update/silent-start',
    suite: 'update/events-in-order',
    describes: 'The engine does not tell that a download begins.',
    change: changedAgent('silent-start', [
      {
        file: 'engine/attempt.go',
        from: 'DownloadStarted: tell(omaha.TypeDownloadStarted),',
        to: 'DownloadStarted: func() {},',
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
    id: 'update/begins-anew',
    suite: 'update/resumes',
    describes: 'The engine does not ask for the rest of a download.',
    change: changedAgent('no-ranges', [
      {
        file: 'install/fetch.go',
        from: 'request.Header.Set("Range", fmt.Sprintf("bytes=%d-", stream.position))',
        to: 'request.Header.Set("X-Position", fmt.Sprint(stream.position))',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/stays-where-it-is',
    suite: 'update/redirects',
    describes: 'The engine follows no redirect of the server.',
    change: changedAgent('no-redirects', [
      {
        file: 'omaha/session.go',
        from: 'answer, err := http.DefaultClient.Do(call)',
        to: 'client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}\n\tanswer, err := client.Do(call)',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/no-patience',
    suite: 'update/slow-server',
    describes: 'The engine gives a server a millisecond for the next byte.',
    change: changedAgent('no-patience', [
      {
        file: 'install/fetch.go',
        from: 'longestIdle = time.Minute',
        to: 'longestIdle = time.Millisecond',
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
