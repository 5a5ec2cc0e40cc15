/**
 * What must have been booted of a release for two architectures, of which machines are made for one.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { bootableVariants, bootEntryName } from '../../../harness/model/release-boots.js';
import { subjectsOf } from '../../../results/gate/record.js';
import { candidate, daysAgo, digest, goodFiles } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { editPolicy } from './laundering/attempt.js';

const version = '4230.1.0';
const images = [
  ...candidate(version).images,
  { arch: 'arm64', sha256: digest('arm64'), payloadSha256: digest('payload arm64') },
];

/** An auditor says that these booted. */
async function booted(world: GateWorld, names: readonly string[]): Promise<void> {
  await rm(join(world.directory, 'assets'), { recursive: true });
  const subjects = subjectsOf({ version, images });
  const booted = names.map((name) => ({ name }));
  const assets = [...goodFiles(candidate(version, { images })), ...booted];
  const predicate = { version, at: daysAgo(1), assets };
  await world.sign('assets', 'assets', { subjects, predicate }, world.auditor);
}

t.test('an architecture without machines is asked for its files alone', async (t) => {
  const world = await GateWorld.honest(t.testdir());
  await world.addCandidate(candidate(version, { images }));
  const rule = 'kind: completeness';
  const boots = `boots: [${bootableVariants.join(', ')}]`;
  await editPolicy(world, (text) => text.replaceAll(rule, `${rule}\n        ${boots}`));
  const seen = async () => (await world.ask()).rules.find(({ kind }) => kind === 'completeness');
  const names = bootableVariants.map((variant) => bootEntryName('amd64', variant));
  await booted(world, names);
  t.match(await seen(), { status: 'PASS', findings: [] });
  await booted(world, names.slice(1));
  t.match(await seen(), { status: 'INCONCLUSIVE', findings: [{ subject: names[0] }] });
});
