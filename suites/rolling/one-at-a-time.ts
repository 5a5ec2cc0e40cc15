/**
 * The operating system under a cluster is updated while the cluster serves.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { etcdServes } from '../support/etcd.js';
import { leader } from '../support/etcd-client.js';
import { mustHaveKept, startWriter } from '../support/etcd-writer.js';
import { startProbe } from '../support/reachability.js';
import {
  absences,
  arrivals,
  eventsAfter,
  installed,
  lastEventMs,
  longestSilence,
  memberAbsences,
  memberUrls,
  overlaps,
  rollingNeeds,
  rollTo,
  updatableEtcdCluster,
} from '../support/rolling.js';
import { mustRun } from '../support/updates.js';

export default defineSuite({
  id: 'rolling/one-at-a-time',
  summary:
    'Three machines of an etcd update and reboot one at a time: it takes writes all the while, and none is lost.',
  claims: ['K05'],
  tags: ['cluster', 'etcd', 'update', 'slow'],
  applies: { needs: [...rollingNeeds, 'release:next'] },
  topology: updatableEtcdCluster(3),
  limits: { bootMs: 600_000, runMs: 2_400_000 },
  async run({ machine, machines, network, release, step, attach }) {
    const next = release('next');
    const client = machine('client');
    const members = machines.filter((each) => each !== client);
    const writer = await step('the cluster takes writes of a client', async () => {
      await etcdServes(members);
      await leader(members);
      const started = await startWriter(client, 'rolling-', memberUrls(members, network));
      await started.more(20);
      return started;
    });
    const before = await lastEventMs(network);
    const probe = await startProbe(client, members, network);
    const lines = members.map((each) => each.console.lines().length);
    await step('an update is there for all', async () => {
      await rollTo(members, next);
      await Promise.all(members.map(installed));
    });
    await step('each reboots into it', async () => {
      await Promise.all(
        members.map(async (each, n) => {
          const from = lines[n] ?? 0;
          await each.console.waitFor(/Linux version/, { timeoutMs: 1_500_000, from });
        }),
      );
      for (const each of members) {
        await each.output(['true'], { timeoutMs: 240_000 });
        await mustRun(each, 'b', next);
      }
      await etcdServes(members);
      await writer.more(20);
    });
    const acks = await writer.stop();
    const away = await absences(members);
    const shortest = Math.min(...away.map(({ from, until }) => until - from));
    // Shorter silences are a guest that waits for a processor, no guest that reboots.
    const seen = await probe.stop(shortest / 2);
    const silent = await memberAbsences(members, away);
    await step('never two at a time, for the machines and for the network', async () => {
      await attach('absences.json', `${JSON.stringify({ away, seen, silent }, null, 2)}\n`);
      check.equal(away.map((one) => one.machine).sort(), namesOf(members), 'machines away');
      check.equal(overlaps(away), [], 'machines that were away together');
      check.equal(seen.map((one) => one.machine).sort(), namesOf(members), 'seen to be away');
      check.equal(overlaps(seen), [], 'machines that the network missed together');
      const came = arrivals(await eventsAfter(network, before), members);
      check.equal([...came].sort(), namesOf(members), 'machines that the network saw come up');
    });
    await step('there was always a quorum', async () => {
      check.equal(silent.map((one) => one.machine).sort(), namesOf(members), 'members silent');
      check.equal(overlaps(silent), [], 'members that did not serve at one time');
      for (const { machine: name, from, until } of silent) {
        const during = acks.filter((at) => from < at && at < until).length;
        check.ok(during > 0, `writes were acknowledged while ${name} was silent`, { from, until });
      }
      const silence = longestSilence(acks);
      const what = 'no time without a write was as long as the absence of a machine';
      check.ok(silence < shortest, what, { silence, shortest });
    });
    await step('no acknowledged write is lost', async () => {
      await mustHaveKept(members, 'rolling-', acks.length);
    });
  },
});

function namesOf(machines: readonly { readonly name: string }[]): string[] {
  return machines.map(({ name }) => name).sort();
}
