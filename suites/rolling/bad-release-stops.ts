/**
 * A release that does not come up hurts one machine of a cluster, not the cluster.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { etcdServes } from '../support/etcd.js';
import { leader } from '../support/etcd-client.js';
import { mustHaveKept, startWriter } from '../support/etcd-writer.js';
import {
  arrivals,
  eventsAfter,
  installed,
  lastEventMs,
  memberUrls,
  rollingNeeds,
  rollTo,
  updatableEtcdCluster,
} from '../support/rolling.js';
import { runningSystem, updateStatus } from '../support/updates.js';

/** The lock's holder in `locksmithctl status` is the machine that came back, and nothing is free. */
async function mustHoldLock(machine: Machine): Promise<void> {
  const id = (await machine.readFile('/etc/machine-id')).trim();
  const status = await machine.output(['locksmithctl', 'status'], { sudo: true });
  check.matches(status, /^Available: 0$/m, 'locksmithctl status');
  check.includes(status.split('\n'), id, 'holders of the reboot lock');
}

/** What the reboot manager says as soon as it has decided about the lock. */
async function decision(machine: Machine): Promise<string> {
  const script = `journalctl -b -u locksmithd -f -n all -o cat | grep -m 1 -E 'reboot lock (is kept|was given back)'`;
  const said = await machine.sh(script, { sudo: true, timeoutMs: 240_000 });
  return check.succeeds(said, `waiting for what ${machine.name} does with the lock`);
}

export default defineSuite({
  id: 'rolling/bad-release-stops',
  summary: 'A release that panics is stopped at the first machine, and the cluster stays up.',
  claims: ['K05'],
  tags: ['cluster', 'etcd', 'update', 'slow'],
  applies: { needs: [...rollingNeeds, 'release:panics'] },
  topology: updatableEtcdCluster(3),
  limits: { bootMs: 600_000, runMs: 2_400_000 },
  expects: [{ pattern: 'kernel-panic', reason: 'the release has no initrd' }],
  async run({ machine, machines, network, image, release, step }) {
    const bad = release('panics');
    const client = machine('client');
    const members = machines.filter((each) => each !== client);
    const writer = await step('the cluster takes writes of a client', async () => {
      await etcdServes(members);
      await leader(members);
      const started = await startWriter(client, 'bad-', memberUrls(members, network));
      await started.more(20);
      return started;
    });
    const before = await lastEventMs(network);
    const lines = new Map(members.map((each) => [each, each.console.lines().length]));
    await step('the bad release is there for all', async () => {
      await rollTo(members, bad);
      await Promise.all(members.map(installed));
    });
    const struck = await step('one machine panics', async () => {
      const panics = members.map(async (each) => {
        const from = lines.get(each) ?? 0;
        await each.console.waitFor(/Kernel panic/, { timeoutMs: 900_000, from });
        return each;
      });
      return await Promise.any(panics).catch((none: AggregateError) => {
        throw none.errors[0];
      });
    });
    // From here on nobody logs in to them: that would delay their reboot.
    const others = members.filter((each) => each !== struck);
    await step('the cluster takes writes meanwhile', async () => await writer.more(20));
    await step('it returns to its old release, and joins again', async () => {
      await struck.output(['true'], { timeoutMs: 600_000 });
      const { slot, version } = await runningSystem(struck);
      check.equal({ slot, version }, { slot: 'a', version: image.descriptor.version }, 'what runs');
      await etcdServes([struck]);
    });
    const mustStayUp = async () => {
      const restarted = others.filter((each) => {
        return each.console
          .lines()
          .slice(lines.get(each))
          .some((line) => /Linux version/.test(line));
      });
      check.equal(
        restarted.map(({ name }) => name),
        [],
        'other machines that restarted',
      );
      const came = arrivals(await eventsAfter(network, before), others);
      check.equal(came, [], 'other machines that the network saw come up');
    };
    await step('it keeps the lock, and says why', async () => {
      await mustStayUp();
      check.matches(await decision(struck), /kept: .*slot b.*slot a runs/, 'what it says');
      await mustHoldLock(struck);
    });
    await step('the others wait, and nobody else goes down', async () => {
      await writer.more(200);
      await mustHoldLock(struck);
      await mustStayUp();
      for (const each of others) {
        const said = await each.journal({ unit: 'locksmithd.service' });
        check.matches(said.at(-1)?.message ?? '', /^Waiting for the reboot lock/, each.name);
        const { state } = await updateStatus(each);
        check.equal(state, 'UPDATED_NEED_REBOOT', `update engine of ${each.name}`);
      }
    });
    await step('no acknowledged write is lost', async () => {
      const acks = await writer.stop();
      await mustHaveKept(members, 'bad-', acks.length);
    });
  },
});
