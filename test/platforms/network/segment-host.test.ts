/**
 * The switch's own station remembers who has which address, and not without bound.
 */

import t from 'tap';
import { role } from '../../../harness/model/topology.js';
import { encodeFrame, etherTypes } from '../../../platforms/network/frame.js';
import { mostNeighbours } from '../../../platforms/network/neighbours.js';
import { addressText } from '../../../platforms/network/packets/addresses.js';
import { encodeArp } from '../../../platforms/network/packets/arp.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { SegmentHost } from '../../../platforms/network/segment-host.js';

const [segment] = planNetwork({
  roles: { a: role({ segments: ['lan'] }) },
  segments: { lan: { subnet: '100.64.0.0/10' } },
}).segments;

function openHost(): SegmentHost {
  if (!segment) throw new Error('no segment was planned');
  return new SegmentHost({
    ...{ segment, servers: {}, aliases: [], isRouter: false },
    serverOf: () => undefined,
    isOutside: () => false,
    onForeign: () => undefined,
    transmit: () => undefined,
  });
}

const mac = '52:54:00:00:00:00';

function announce(host: SegmentHost, address: string, senderMac = mac): void {
  const ends = { senderMac, senderAddress: address, targetMac: mac, targetAddress: address };
  const payload = encodeArp({ operation: 'reply', ...ends });
  const etherType = etherTypes.arp;
  const frame = { destination: mac, source: mac, etherType, payload };
  host.deliver(encodeFrame(frame), 'a-0');
}

/** The n-th that is made up. */
const madeUp = (n: number) => addressText(Buffer.from([100, 65, n >> 8, n & 255]));

t.test('what a guest makes up costs a bounded amount', async (t) => {
  const host = openHost();
  t.teardown(() => host.close());
  for (let n = 0; n < mostNeighbours; n += 1) announce(host, madeUp(n));
  announce(host, madeUp(0), '52:54:00:00:00:07');
  const more = 100;
  for (let n = 0; n < more; n += 1) announce(host, madeUp(mostNeighbours + n));
  const all = Array.from({ length: mostNeighbours + more }, (_, n) => host.neighbour(madeUp(n)));
  t.equal(all.filter((one) => one !== undefined).length, mostNeighbours);
  t.equal(all[0], '52:54:00:00:00:07', 'who was heard again is kept, with what was said last');
  t.equal(all[1], undefined, 'the oldest goes first');
  t.equal(all.at(-1), mac);
});
