/**
 * A link that loses, repeats, mixes up and spoils frames, slows down, and is cut for a while: TCP makes a
 * whole file of what is left.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import type { Machine } from '../../harness/model/machine.js';
import type { FaultStep, LinkFaults } from '../../harness/model/network.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds, machinesOnLan, mustHear } from '../support/clusters.js';
import { unit } from '../support/provision.js';

const large = '/var/tmp/large';
const bytes = 4 * 2 ** 20;

/** systemd hands the file to whoever connects. */
const server: IgnitionFragment = {
  systemd: {
    units: [
      unit(
        'large.socket',
        '[Socket]\nListenStream=7000\nAccept=yes\n[Install]\nWantedBy=sockets.target\n',
      ),
      {
        name: 'large@.service',
        contents: `[Service]\nExecStart=/usr/bin/cat ${large}\nStandardOutput=socket\n`,
      },
    ],
  },
};

const bad: LinkFaults = {
  ...{ delayMs: 10, jitterMs: 5 },
  ...{ loss: 0.02, duplicate: 0.02, reorder: 0.02, corrupt: 0.02 },
  kbitPerSecond: 2_000,
};

/**
 * The link is bad from the beginning, cut after a second for five, and narrower in the end: the file takes
 * 17 s at least.
 */
const schedule: readonly FaultStep[] = [
  { kind: 'link', atMs: 0, machine: 'machine-1', faults: bad },
  { kind: 'partition', atMs: 1_000, from: ['machine-0'], to: ['machine-1'] },
  { kind: 'heal', atMs: 6_000 },
  { kind: 'link', atMs: 8_000, machine: 'machine-1', faults: { ...bad, kbitPerSecond: 1_000 } },
];

/** Segments that came with a wrong checksum, and those that were sent again (RFC 4022). */
async function tcpCounters(machine: Machine) {
  const [names = '', values = ''] = (await machine.readFile('/proc/net/snmp'))
    .split('\n')
    .filter((line) => line.startsWith('Tcp: '));
  const at = (name: string) => Number(values.split(' ')[names.split(' ').indexOf(name)]);
  return { badChecksums: at('InCsumErrors'), sentAgain: at('RetransSegs') };
}

export default defineSuite({
  id: 'clusters/bad-link',
  summary:
    'A file comes whole over a link that loses, repeats, mixes up and spoils frames and is cut for five seconds.',
  claims: ['K29'],
  tags: ['cluster', 'network', 'faults'],
  applies: { needs: clusterNeeds },
  topology: {
    ...machinesOnLan(2, { provisioning: { kind: 'ignition', config: server } }),
    schedule,
  },
  limits: { runMs: 480_000 },
  async run({ machine, machines, network, step, attach }) {
    const [sender, receiver] = [machine('machine', 0), machine('machine', 1)];
    const link = network.link('machine-1');
    await allOnLan(machines, network);
    await sender.output([
      'dd',
      'if=/dev/urandom',
      `of=${large}`,
      'bs=4096',
      `count=${bytes / 4096}`,
    ]);
    const sent = (await sender.output(['sha256sum', large])).split(' ')[0];
    // The link is cut for longer than a station asks where another is: that is known before.
    const address = network.station('machine-0').ipv4 ?? '';
    await mustHear(receiver, address, 'the other answers while the link is good');
    await attach('schedule.json', JSON.stringify({ seed: network.seed, schedule }, null, 2));
    await step('a file comes as it is over the bad link', async () => {
      const fetch = `bash -c 'exec 3<>/dev/tcp/${address}/7000; cat <&3' | sha256sum`;
      const [fetched] = await Promise.all([
        receiver.sh(fetch, { timeoutMs: 240_000 }),
        network.play(),
      ]);
      const received = check.succeeds(fetched, 'fetching the file').split(' ')[0];
      check.equal(received, sent, 'SHA-256 of what came');
    });
    await step('which was one: frames were lost, cut off and spoiled, and sent again', async () => {
      const seen = { ...(await link.counters()).in, ...(await tcpCounters(receiver)) };
      const { sentAgain } = await tcpCounters(sender);
      const all = { ...seen, sentAgain };
      await attach('counters.json', JSON.stringify(all, null, 2));
      check.ok(seen.lost > 0 && seen.partitioned > 0, 'frames that did not come', all);
      check.ok(seen.badChecksums > 0, 'the receiver refused spoiled segments', all);
      check.ok(sentAgain > 0, 'the sender repeated some', all);
    });
    await step('and is a good one again when the faults are taken back', async () => {
      await link.clear();
      await mustHear(receiver, address, 'the other answers');
      const before = (await link.counters()).in.lost;
      const ping = ['ping', '-q', '-c', '20', '-i', '0.2', address] as const;
      const said = await receiver.output(ping, { timeoutMs: 60_000 });
      check.matches(said, /20 received, 0% packet loss/, 'twenty questions');
      check.equal((await link.counters()).in.lost, before, 'frames lost before and after them');
    });
    await step('a link that is down has no carrier, until it is up again', async () => {
      const carrier = '/sys/class/net/eth1/carrier';
      await link.down();
      const script = `until [ "$(cat ${carrier})" = 0 ]; do sleep 0.2; done`;
      check.succeeds(await receiver.sh(script, { timeoutMs: 30_000 }), 'the NIC has no carrier');
      await link.clear();
      await mustHear(receiver, address, 'the other answers');
    });
  },
});
