/**
 * The lab's gate without machines: what the campaign's runs tell is enough for its policy, and no less is. So
 * nobody learns from an hour of real boots that a rule asked for a run that the campaign never does.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { UpdateTarget } from '../../results/gate/run-evidence.js';
import { shifted } from '../harness/cli/gate/gate-desk.js';
import { failure, type RunStory } from '../results/support/events.js';
import { eventsOf, makeRun } from '../results/support/run-directory.js';
import { digest } from '../support/gate-values.js';
import { readExcuse } from './excuse.js';
import { GateLab } from './gate-lab.js';
import { inventory, updateSuite } from './lab-policy.js';
import type { E2eRelease } from './releases.js';

const osName = 'Switchyard Reference OS';

/** As the lab needs it: digests, and a payload that can be kept. */
async function releaseOf(lab: GateLab, version: string): Promise<E2eRelease> {
  const path = join(lab.directory, `payload-${version}`);
  await writeFile(path, version);
  const disk = { sha256: digest(`image ${version}`) };
  const image = { descriptor: { osName, version, arch: 'amd64', disk } };
  const update = { version, payload: { path, sha256: digest(version) } };
  return { version, image, update } as unknown as E2eRelease;
}

/** A stored run on this release's image, signed as the lab does. */
async function prove(
  lab: GateLab,
  { version, image }: E2eRelease,
  { run, cases, to }: { readonly run: string; readonly cases: RunStory['cases']; to?: E2eRelease },
): Promise<void> {
  const { osName: name, arch, disk } = image.descriptor;
  const known = { name: 'reference-amd64', channel: 'developer', origin: 'reference' };
  const change = { image: { ...known, osName: name, version, arch, sha256: disk.sha256 } };
  const releases = to && { releases: [{ name: 'next', ...targetOf(to) }] };
  await makeRun(lab.runs, shifted(eventsOf(run, { cases }, { ...change, ...releases })));
  await lab.attest();
}

function targetOf({ version, update }: E2eRelease): UpdateTarget {
  return { version, payloadSha256: update.payload.sha256 };
}

const green = Object.fromEntries(
  inventory.map((suite) => [suite, [{ outcome: 'passed' as const }]]),
);
const victim = 'verity/file-modes';

t.test('the campaign’s runs are enough for the lab’s policy', async (t) => {
  await using lab = await GateLab.open(new AbortController().signal);
  const first = await releaseOf(lab, '9999.0.0');
  await lab.add(first);
  await prove(lab, first, { run: '20261101-101500-0001', cases: green });
  for (const to of ['alpha', 'beta']) t.equal(await lab.promote(first.version, to), 'promoted', to);

  const broken = await releaseOf(lab, '10000.0.2');
  await lab.add(broken);
  const bad = [{ outcome: 'failed' as const, failure: failure({ message: 'it is set-uid' }) }];
  const cases = { ...green, [victim]: bad };
  await prove(lab, broken, { run: '20261101-111500-0002', cases });
  t.equal(await lab.promote(broken.version, 'alpha'), 'promoted');
  t.equal(await lab.promote(broken.version, 'beta'), 'refused, hold');
  const { stdout, exitCode } = await lab.gate(['explain', broken.version, '--to', 'beta']);
  t.equal(exitCode, 1);
  const told = await readExcuse(stdout, victim, lab.runs);
  t.match(told, { firstBad: broken.version, suite: victim, signature: /^[0-9a-f]{12}$/ });
  t.equal(told.signature, told.recorded, 'as the run has it');

  const good = await releaseOf(lab, '10001.0.0');
  await lab.add(good);
  await prove(lab, good, { run: '20261101-121500-0003', cases: green });
  t.equal(await lab.promote(good.version, 'alpha'), 'promoted');
  t.equal(await lab.promote(good.version, 'beta'), 'refused, hold', 'nobody saw the update');
  const updated = { [updateSuite]: [{ outcome: 'passed' as const }] };
  await prove(lab, first, { run: '20261101-131500-0004', cases: updated, to: good });
  t.equal(await lab.promote(good.version, 'beta'), 'promoted');
});

t.test('an explanation that does not say it is no excuse', async (t) => {
  const nothing = { firstBad: 'nothing', signature: 'nothing', suite: '', recorded: '' };
  t.same(await readExcuse('PASS  suites', victim, t.testdir({})), nothing);
});
