/**
 * The state of the channels, in words and on the site.
 */

import { join } from 'node:path';
import t from 'tap';
import { renderBoard } from '../../../results/gate/board.js';
import { readBoard } from '../../../results/gate/read-board.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { boardSection } from '../../../results/site/board-section.js';
import { candidate, failed, now, runOf } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

t.test('what is there, for how long, and what blocks the next', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const run = runOf('4230.1.0', {}, { 'etcd/forms': [failed('<script>')] });
  await world.addRun(run);
  await world.addCandidate(candidate('4344.1.0'));
  const channels = await readBoard(world.context());
  t.same(renderBoard(channels, now), [
    'alpha    nothing',
    'beta     4152.1.0, for 85 days',
    '  4230.1.0     hold: all-suites FAIL, no-regression INCONCLUSIVE',
    '  4344.1.0     hold: integrity INCONCLUSIVE, all-suites INCONCLUSIVE, inventory INCONCLUSIVE, updates INCONCLUSIVE, complete INCONCLUSIVE, canary INCONCLUSIVE, memory INCONCLUSIVE, people PENDING',
    'stable   nothing',
  ]);
  const html = boardSection({ channels, at: now }, new Set([run.run])).join('\n');
  t.match(html, '<th scope="row">beta</th><td>4152.1.0</td><td>85 days</td>');
  t.match(html, '<span class="cell failed">4230.1.0</span> hold: all-suites FAIL');
  const told =
    '<br><span class="dim">first bad in 4230.1.0; failed 1 of 2, 3 % to 97 %; signature ';
  const link = `<a href="runs/${run.run}.html#/case/2">report</a>`;
  t.match(html, new RegExp(`${told}[0-9a-f]{12}</span> ${link}</li>`));
  t.notMatch(html, /<script/i, 'what was seen is text');
  const without = boardSection({ channels, at: now }, new Set()).join('\n');
  t.match(without, `</span> run ${run.run}</li>`, 'who has the run can make its report');
});

t.test('a release that can’t be judged is told, and hides nothing else', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.write('waivers/x.yaml', 'schema: 2');
  const [, beta] = await readBoard(world.context());
  t.match(beta, { channel: 'beta', candidates: [{ problem: /waiver x\.yaml/ }] });
  t.match(renderBoard(beta ? [beta] : [], now)[1], /4230\.1\.0 +can’t be judged: waiver x\.yaml/);
});

t.test('what a dead promotion left on some architectures is told', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const { publisher, directory } = world.context();
  const published = await publisher.current('beta');
  const release = { ...candidate('4230.1.0') };
  const half = published && { ...published, release };
  world.publisher = {
    ...publisher,
    unfinished: async (channel) => (channel === 'beta' ? half : undefined),
  };
  const channels = await readBoard(world.context());
  const told = 'on some architectures 4230.1.0 already';
  t.equal(renderBoard(channels, now)[1], `beta     4152.1.0, for 85 days, ${told}`);
  const html = boardSection({ channels, at: now }, new Set()).join('\n');
  t.match(html, `<td>4152.1.0<br>${told}</td>`);
  const verified = await verifyGate({ directory, publisher: world.publisher });
  const problem = /^4230\.1\.0 is there on some architectures only; promote it again, or a later/;
  t.match(
    verified.find((one) => one.problem),
    { subject: 'channel beta: 4152.1.0', problem },
  );
});

t.test('a channel that was edited is not shown as if nothing were', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const path = join('channels/beta/current/release.json');
  await world.write(path, (await world.read(path)).replace('4152', '4100'));
  await t.rejects(readBoard(world.context()), { code: 'CHANNEL_EDITED' });
});
