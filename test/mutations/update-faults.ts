/**
 * Defects that the suites about failed updates must see.
 */

import { changedAgent } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `update-faults`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'update-faults/reports-nothing-of-500',
    suite: 'update-faults/check-500',
    describes: 'The engine reports every failure as error 1.',
    change: changedAgent('one-error', [
      { file: 'engine/attempt.go', from: 'return failure.Code', to: 'return 1' },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/hides-that-it-reports',
    suite: 'update-faults/check-500',
    describes: 'The engine does not tell that it reports an error.',
    change: changedAgent('hides-report', [
      {
        file: 'engine/attempt.go',
        from: 'attempt.board.set(ReportingError)',
        to: 'log.Print("Reporting an error.")',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update-faults/clears-as-it-asks',
    suite: 'update-faults/payload-404',
    describes:
      'The engine takes the other slot out of the race before it has anything to put there.',
    change: changedAgent('clears-first', [
      {
        file: 'engine/attempt.go',
        from: '\tanswer, err := attempt.session.Check(',
        to: '\texec.Command("cgpt", "add", "-S0", "-T0", "-P0", "/dev/disk/by-partlabel/USR-B").Run()\n\tanswer, err := attempt.session.Check(',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update-faults/never-backs-off',
    suite: 'update-faults/check-503',
    describes: 'The engine asks a server that fails as often as any other.',
    change: changedAgent('never-backs-off', [
      {
        file: 'engine/schedule.go',
        from: 'errors.As(err, &failure) && isOverload(failure.Status)',
        to: 'errors.As(err, &failure) && isOverload(failure.Status-1000)',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update-faults/xml-is-empty',
    suite: 'update-faults/malformed-answer',
    describes: 'An answer that is no XML is reported as an empty one.',
    change: changedAgent('xml-is-empty', [
      { file: 'omaha/session.go', from: 'Fail(ResponseNoXML', to: 'Fail(ResponseEmpty' },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/silence-is-an-answer',
    suite: 'update-faults/check-disconnects',
    describes: 'A check that nobody answered is reported as one with an empty answer.',
    change: changedAgent('silence-is-an-answer', [
      {
        file: 'omaha/codes.go',
        from: 'unreachable          Code = httpBase + 999',
        to: 'unreachable          Code = ResponseEmpty',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/waits-for-ever',
    suite: 'update-faults/check-silent',
    describes: 'The engine gives a server a day for its answer.',
    change: changedAgent('waits-for-ever', [
      {
        file: 'omaha/session.go',
        from: 'answerLimit   = 2 * time.Minute',
        to: 'answerLimit   = 24 * time.Hour',
      },
    ]),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'update-faults/break-is-the-end',
    suite: 'update-faults/disappears',
    describes: 'The engine takes a broken connection for the end of the payload.',
    change: changedAgent('break-is-the-end', [
      { file: 'install/fetch.go', from: 'if err == io.EOF {', to: 'if err != nil {' },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/skips-hash',
    suite: 'update-faults/altered-byte',
    describes: 'The engine does not compare the digest of the payload.',
    change: changedAgent('skips-hash', [
      {
        file: 'payload/reader.go',
        from: '!bytes.Equal(found, expected.SHA256)',
        to: '!bytes.Equal(found, found)',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/never-reads-back',
    suite: 'update-faults/slot-altered',
    describes: 'The engine does not compare what it wrote.',
    change: changedAgent('never-reads-back', [
      {
        file: 'install/target.go',
        from: '!bytes.Equal(digest.Sum(nil), expected.SHA256)',
        to: 'bytes.Equal(digest.Sum(nil), nil)',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/trusts-any-key',
    suite: 'update-faults/foreign-key',
    describes: 'The engine does not look at the signature.',
    change: changedAgent('skips-signature', [
      {
        file: 'payload/reader.go',
        from: 'return verify(signed, signatures, keyFile)',
        to: '_, _, _ = signed, signatures, keyFile\n\treturn nil',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/reports-nothing-of-503',
    suite: 'update-faults/check-503',
    describes: 'The engine reports every failure as error 1.',
    change: changedAgent('one-error', [
      { file: 'engine/attempt.go', from: 'return failure.Code', to: 'return 1' },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/any-status-will-do',
    suite: 'update-faults/payload-404',
    describes: 'The engine takes every HTTP status for a payload.',
    change: changedAgent('any-status', [
      {
        file: 'install/fetch.go',
        from: 'if status == http.StatusOK {',
        to: 'if status == http.StatusOK || status == http.StatusNotFound {',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/skips-announced-hash',
    suite: 'update-faults/wrong-hash',
    describes: 'The engine does not compare the digest of the payload.',
    change: changedAgent('skips-hash', [
      {
        file: 'payload/reader.go',
        from: '!bytes.Equal(found, expected.SHA256)',
        to: '!bytes.Equal(found, found)',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/skips-size',
    suite: 'update-faults/wrong-size',
    describes: 'The engine does not compare the size of the payload.',
    change: changedAgent('skips-size', [
      {
        file: 'payload/reader.go',
        from: 'if reader.size != expected.Size {',
        to: 'if reader.size != reader.size {',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/short-is-broken',
    suite: 'update-faults/truncated',
    describes: 'A payload that ends early is reported as a broken connection.',
    change: changedAgent('short-is-broken', [
      {
        file: 'payload/reader.go',
        from: 'fail(omaha.SizeMismatch, "the payload ends',
        to: 'fail(omaha.TransferFailed, "the payload ends',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/skips-signature',
    suite: 'update-faults/wrong-signature',
    describes: 'The engine does not look at the signature.',
    change: changedAgent('skips-signature', [
      {
        file: 'payload/reader.go',
        from: 'return verify(signed, signatures, keyFile)',
        to: '_, _, _ = signed, signatures, keyFile\n\treturn nil',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'update-faults/writes-too-much',
    suite: 'update-faults/too-large',
    describes: 'The engine does not report as the original that a release finds no room.',
    change: changedAgent('no-room-is-else', [
      {
        file: 'payload/reader.go',
        from: 'fail(omaha.OperationNotExecuted, "operation %d: %w"',
        to: 'fail(omaha.WriteFailed, "operation %d: %w"',
      },
    ]),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
];
