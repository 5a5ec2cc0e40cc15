/**
 * Defects that the suites about power cuts must see.
 */

import {
  changedAgent,
  changedRelease,
  editedAgent,
  postinstWith,
  postinstWithout,
  programWith,
} from './edits.js';
import { assertionFailed, assertionFailedIn, type Mutation } from './mutation.js';

const choose =
  '\texec.Command("cgpt", "add", "-S1", "-T0", "-P3", "/dev/disk/by-partlabel/USR-B").Run()\n';

const choosesFirst = changedAgent('chooses-first', [
  {
    file: 'engine/attempt.go',
    from: '\tanswer, err := attempt.session.Check(',
    to: `${choose}\tanswer, err := attempt.session.Check(`,
  },
]);

/** What `cgpt prioritize` does when it knows the order. */
const inOrder = `  "$real" add -i "$2" -P "$top" "$1" || return 1
  for n in $others; do
    top=$((top - 1))
    "$real" add -i "$n" -P "$top" "$1" || return 1
  done
`;
const marksTaken = '  for n in $others; do "$real" add -i "$n" -S 0 "$1" || return 1; done\n';
const marksGivenBack = '  for n in $others; do "$real" add -i "$n" -S 1 "$1" || return 1; done\n';

/** One or more for each suite of `power-cut`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'power-cut/at-50-percent-attributes-first',
    suite: 'power-cut/at-50-percent',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/checking-chooses-first',
    suite: 'power-cut/checking',
    describes:
      'The engine makes the other slot the first choice before it has asked for an update.',
    change: choosesFirst,
    expect: assertionFailed,
  },
  {
    id: 'power-cut/download-started-chooses-first',
    suite: 'power-cut/download-started',
    describes:
      'The engine makes the other slot the first choice before it has asked for an update.',
    change: choosesFirst,
    expect: assertionFailed,
  },
  {
    id: 'power-cut/at-10-percent-attributes-first',
    suite: 'power-cut/at-10-percent',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/at-90-percent-attributes-first',
    suite: 'power-cut/at-90-percent',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/downloaded-attributes-first',
    suite: 'power-cut/downloaded',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/kernel-in-place-attributes-first',
    suite: 'power-cut/kernel-in-place',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/before-attributes-attributes-first',
    suite: 'power-cut/before-attributes',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/between-attributes-good-at-once',
    suite: 'power-cut/between-attributes',
    describes: 'The last step of the release marks its slot good before it was booted.',
    change: changedRelease('next', postinstWith('add -S0 -T1', 'add -S1 -P9 -T1')),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/after-attributes-never',
    suite: 'power-cut/after-attributes',
    describes: 'The last step of the release does not make its slot the first choice.',
    change: changedRelease('next', postinstWithout('prioritize')),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'power-cut/waiting-for-reboot-never',
    suite: 'power-cut/waiting-for-reboot',
    describes: 'The last step of the release does not make its slot the first choice.',
    change: changedRelease('next', postinstWithout('prioritize')),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/waiting-for-reboot-the-last-one',
    suite: 'power-cut/waiting-for-reboot',
    describes: 'The release takes the signature of no release after it.',
    change: changedRelease(
      'next',
      editedAgent([
        {
          file: 'payload/reader.go',
          from: 'return verify(signed, signatures, keyFile)',
          to: 'return verify(signed[:0], signatures, keyFile)',
        },
      ]),
    ),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/first-boot-kernel-many-tries',
    suite: 'power-cut/first-boot-kernel',
    describes: 'The last step of the release gives its slot seven tries.',
    change: changedRelease('next', postinstWith('-T1', '-T7')),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/first-boot-units-many-tries',
    suite: 'power-cut/first-boot-units',
    describes: 'The last step of the release gives its slot seven tries.',
    change: changedRelease('next', postinstWith('-T1', '-T7')),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/before-marked-good-many-tries',
    suite: 'power-cut/before-marked-good',
    describes: 'The last step of the release gives its slot seven tries.',
    change: changedRelease('next', postinstWith('-T1', '-T7')),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/marking-good-in-between',
    suite: 'power-cut/marking-good',
    describes: 'The release lets go of its slot before it takes it for good.',
    change: changedRelease('next', {
      addFiles: [
        programWith(
          'bin/flatcar-setgoodroot',
          'cgpt add -S1 -T0 "$slot"',
          'cgpt add -P0 "$slot"\ncgpt add -S1 -T0 "$slot"',
        ),
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'power-cut/reporting-error-event-chooses',
    suite: 'power-cut/reporting-error-event',
    describes: 'The engine makes the other slot the first choice before it reports a failure.',
    change: changedAgent('chooses-what-failed', [
      {
        file: 'engine/attempt.go',
        from: '\tattempt.board.set(ReportingError)',
        to: `${choose}\tattempt.board.set(ReportingError)`,
      },
    ]),
    expect: assertionFailedIn('the machine boots a good slot'),
  },
  {
    id: 'power-cut/in-prioritize-no-way-back',
    suite: 'power-cut/in-prioritize',
    describes: 'While it changes the order of the slots, cgpt takes the mark of the good one away.',
    change: changedRelease('next', {
      addFiles: [programWith('bin/cgpt', inOrder, `${marksTaken}${inOrder}${marksGivenBack}`)],
    }),
    expect: assertionFailedIn('the machine boots a good slot'),
  },
  {
    id: 'power-cut/on-trial-without-a-thought',
    suite: 'power-cut/on-trial',
    describes:
      'The engine overwrites the other slot though the one that runs was never marked good.',
    change: changedRelease(
      'next',
      editedAgent([
        {
          file: 'engine/attempt.go',
          from: 'if err := markGoodIfHealthy(); err',
          to: 'if err := error(nil); err',
        },
      ]),
    ),
    expect: { phase: 'bootloader', code: 'NO_USABLE_SLOT' },
  },
  {
    id: 'power-cut/back-to-first-slot-attributes-first',
    suite: 'power-cut/back-to-first-slot',
    describes: 'The release makes the other slot the first choice before it has written it.',
    change: changedRelease(
      'next',
      editedAgent([
        { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
      ]),
    ),
    expect: { phase: 'kernel', code: 'VERITY_CORRUPTION' },
  },
];
