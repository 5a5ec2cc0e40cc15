/**
 * Defects that the suites about updates must see.
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

/** One or more for each suite of `update`. */
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
    id: 'update/never-first',
    suite: 'update/to-next',
    describes: 'The last step of the release does not make its slot the first choice.',
    change: changedRelease('next', postinstWithout('prioritize')),
    expect: assertionFailed,
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
    id: 'update/leaves-its-server',
    suite: 'update/offline-refused',
    describes: 'flatcar-update leaves its own server in the settings.',
    change: changedAgent('leaves-server', [
      { file: 'offline/offline.go', from: 'after := before["SERVER"]', to: 'after := base' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/says-it-is-old',
    suite: 'update/older-refused',
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
];
