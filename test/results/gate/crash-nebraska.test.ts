/** A promotion to the channels of a Nebraska instance that is killed at every one of its writes. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { nebraskaPublisher } from '../../../results/gate/nebraska/publisher.js';
import { candidate, digest } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { NebraskaStandIn } from '../../support/nebraska-stand-in.js';
import { dieEverywhere, promoteAgain, stateOfPromotion } from './support/die-everywhere.js';

/** An honest world whose channels are those of an instance, which has both releases. */
async function onNebraska(server: NebraskaStandIn, directory: string): Promise<GateWorld> {
  const world = await GateWorld.honest(directory);
  await rm(join(directory, 'ledger.jsonl'));
  await rm(join(directory, 'channels'), { recursive: true });
  const { signal } = new AbortController();
  const { url, app } = server;
  world.publisher = nebraskaPublisher({ url, app, records: join(directory, 'records'), signal });
  server.channels.splice(0, Infinity, { id: 'beta', name: 'beta', arch: 1, package: null });
  await world.publish('beta', candidate('4152.1.0'));
  return world;
}

t.test('a promotion to the channels of an instance', async (t) => {
  await using server = await NebraskaStandIn.open();
  for (const version of ['4152.1.0', '4230.1.0']) {
    server.packages.push({ id: version, version, arch: 1, sha256: digest(`payload ${version}`) });
  }
  await dieEverywhere(t, {
    open: (directory) => onNebraska(server, directory),
    order: () => ({ act: 'promote', nebraska: { url: server.url, app: server.app } }),
    stateOf: stateOfPromotion,
    again: promoteAgain,
  });
});
