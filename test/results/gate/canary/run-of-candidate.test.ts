/**
 * Which runs tell something of a candidate by their canaries: of its system, its bytes, nothing else.
 */

import t from 'tap';
import { requireRunOf } from '../../../../results/gate/canary/run-of-candidate.js';
import type { RunEvidence } from '../../../../results/gate/run-evidence.js';
import { candidate, digest, runOf } from '../../../support/gate-values.js';

const release = candidate('4230.1.0');
const payloadSha256 = digest('payload 4230.1.0');

function updating(fields: Partial<RunEvidence> = {}): RunEvidence {
  return runOf('4152.1.0', { updatesTo: [{ version: '4230.1.0', payloadSha256 }], ...fields });
}

t.test('a run that updated to the candidate, or began with it', async (t) => {
  t.equal(requireRunOf(updating(), release), 'amd64');
  t.equal(requireRunOf(runOf('4230.1.0'), release), 'amd64');
});

t.test('runs of something else that has its version', async (t) => {
  const refuses = (run: RunEvidence, message: RegExp) => {
    t.throws(() => requireRunOf(run, release), { code: 'OTHER_RELEASE', message });
  };
  const reference = updating({ osName: 'Switchyard Reference OS' });
  refuses(reference, /tells nothing of 4230\.1\.0: its machines ran Switchyard Reference OS, not/);
  const other = [{ version: '4230.1.0', payloadSha256: digest('made before') }];
  refuses(
    updating({ updatesTo: other }),
    /it had \w{12}, and the candidate for amd64 is \w{12}; run the suite again with what candidates/,
  );
  const both = [...other, { version: '4230.1.0', payloadSha256 }];
  refuses(updating({ updatesTo: both }), /it had \w{12}, and the candidate/);
  refuses(runOf('4230.1.0', { imageSha256: digest('another') }), /it had \w{12}, and/);
  refuses(runOf('4152.1.0'), /it had no 4230\.1\.0; run the suite again/);
  refuses(updating({ arch: 'arm64' }), /its machines are arm64/);
});
