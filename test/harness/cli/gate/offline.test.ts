/**
 * What was decided is read, repeated and verified without the channels that it was decided for.
 */

import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { nebraskaPublisher } from '../../../../results/gate/nebraska/publisher.js';
import { promote } from '../../../../results/gate/promote.js';
import { adopt } from '../../../../results/gate/unjudged-acts.js';
import { candidate, daysAgo, digest } from '../../../support/gate-values.js';
import { GateWorld } from '../../../support/gate-world.js';
import { NebraskaStandIn } from '../../../support/nebraska-stand-in.js';
import { yard } from './gate-desk.js';

/** A gate that promoted 4230.1.0 to beta of an instance, which is gone since then. */
async function nebraskaGate(directory: string): Promise<GateWorld> {
  const world = await GateWorld.honest(directory);
  for (const name of ['ledger.jsonl', 'channels']) {
    await rm(join(directory, name), { recursive: true });
  }
  await using server = await NebraskaStandIn.open();
  for (const name of ['alpha', 'beta', 'stable']) {
    server.channels.push({ id: name, name, arch: 1, package: null });
  }
  for (const version of ['4152.1.0', '4230.1.0']) {
    server.packages.push({ id: version, version, arch: 1, sha256: digest(`payload ${version}`) });
  }
  const { signal } = world.context();
  const records = join(directory, 'records');
  const publisher = nebraskaPublisher({ url: server.url, app: server.app, records, signal });
  const before = world.context({ publisher, now: new Date(daysAgo(85)) });
  await adopt(candidate('4152.1.0'), 'beta', before);
  await promote({ version: '4230.1.0', to: 'beta' }, world.context({ publisher }));
  return world;
}

async function repeats(t: Test, directory: string): Promise<void> {
  const where = ['--directory', directory];
  const gate = async (...argv: readonly string[]) => await yard('.', 'gate', ...argv, ...where);
  const log = await gate('log');
  t.match(log.stdout, /promotion +4230\.1\.0 +is in beta now/, log.stderr);
  const replayed = await gate('replay', '2');
  t.equal(replayed.stdout, 'the same, bit for bit: 4230.1.0 to beta, promote', replayed.stderr);
  const verified = await gate('verify', '--offline');
  t.equal(verified.exitCode, 0, verified.stderr);
  t.match(verified.stdout, /✓ record 2: promotion of 4230\.1\.0\n✓ channels: not looked at$/);
  const whole = await gate('verify');
  t.equal(whole.exitCode, 1, 'channels are looked at unless they are left out');
  t.match(whole.stdout, /✗ ledger and channels: the channel beta has nothing/);
}

t.test('without the Nebraska instance that has the channels', async (t) => {
  const { directory } = await nebraskaGate(join(t.testdir({}), 'gate'));
  await repeats(t, directory);
});

t.test('a copy without channels, and its ledger edited', async (t) => {
  const world = await GateWorld.honest(join(t.testdir({}), 'gate'));
  await world.promote();
  const copy = `${world.directory}-copy`;
  await cp(world.directory, copy, { recursive: true });
  await rm(join(copy, 'channels'), { recursive: true });
  await repeats(t, copy);
  const where = ['--directory', world.directory];
  await world.write(
    'ledger.jsonl',
    (await world.read('ledger.jsonl')).replace('"payload":"', '$&A'),
  );
  const edited = await yard('.', 'gate', 'verify', '--offline', ...where);
  t.equal(edited.exitCode, 1);
  t.match(edited.stdout, /^✗ ledger: .*line 1/);
});

t.test('channels that are named and not to be looked at', async (t) => {
  const directory = t.testdir({});
  const named = ['--channels', directory, '--directory', directory];
  const { exitCode, stderr } = await yard('.', 'gate', 'verify', '--offline', ...named);
  t.equal(exitCode, 2);
  t.match(stderr, /^yard: --offline looks at no channels; .* \[ONE_SOURCE\]$/);
});
