/**
 * Defects of the update engine's conversation with its server that the suites about updates must see.
 */

import { changedAgent, changedRelease, postinstWithout } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
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
];
