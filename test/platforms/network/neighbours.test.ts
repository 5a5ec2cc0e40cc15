/**
 * What waits for an address to be found, and for how long.
 */

import t from 'tap';
import { mostAsked, Neighbours } from '../../../platforms/network/neighbours.js';

const mac = '52:54:00:00:00:01';

function make() {
  const asked: string[] = [];
  const sent: string[] = [];
  const neighbours = new Neighbours({
    ask: (address) => asked.push(address),
    send: (packet, to, sender) => sent.push(`${packet} to ${to} of ${sender}`),
  });
  const post = (text: string, address = 'fd00::9') => {
    return neighbours.post({ address, packets: [Buffer.from(text)], sender: 'a-0' });
  };
  return { asked, sent, neighbours, post };
}

t.test('the newest waits, and goes when the address is found', async (t) => {
  const { asked, sent, neighbours, post } = make();
  t.ok(post('one') && post('two'));
  t.strictSame(asked, ['fd00::9', 'fd00::9']);
  t.strictSame(sent, []);
  neighbours.learn('fd00::9', mac);
  t.strictSame(sent, [`two to ${mac} of a-0`]);
  t.ok(post('three'));
  t.equal(sent.length, 2);
});

t.test('nobody answers: the sender is to be told, and the next is asked for anew', async (t) => {
  const { asked, post } = make();
  post('one');
  const later = performance.now() + 3_001;
  t.intercept(performance, 'now', { value: () => later });
  t.notOk(post('two'));
  t.ok(post('three'));
  t.equal(asked.length, 2);
});

t.test('no more wait than there is room for', async (t) => {
  const { sent, neighbours, post } = make();
  for (let n = 0; n <= mostAsked; n += 1) post(`${n}`, `fd00::${n.toString(16)}`);
  for (let n = 0; n <= mostAsked; n += 1) neighbours.learn(`fd00::${n.toString(16)}`, mac);
  t.equal(sent.length, mostAsked);
});
