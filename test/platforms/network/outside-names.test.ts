/**
 * Names of the outside: looked up once for all that ask at once, and answered in what fits.
 */

import { decode, encode } from 'dns-packet';
import t from 'tap';
import { type Resolvers, withResolvers } from '../../../harness/base/deadline.js';
import { NameServer } from '../../../platforms/network/servers/name-server.js';
import { mostAtOnce, OutsideNames } from '../../../platforms/network/servers/outside-names.js';
import { plan } from './network-lab.js';

function openNames() {
  const asked = new Map<string, Resolvers<readonly string[]>>();
  const calls: string[] = [];
  const names = new OutsideNames((name) => {
    calls.push(name);
    const found = withResolvers<readonly string[]>();
    asked.set(name, found);
    return found.promise;
  });
  return { names, asked, calls };
}

t.test('many that ask at once are one look-up', async (t) => {
  const { names, asked, calls } = openNames();
  const waiting = Array.from({ length: 3000 }, () => names.find('a.example'));
  t.strictSame(calls, ['a.example']);
  asked.get('a.example')?.resolve(['192.0.2.1']);
  const found = await Promise.all(waiting);
  t.ok(found.every((one) => one?.join() === '192.0.2.1'));
  void names.find('a.example');
  t.equal(calls.length, 2, 'and later it may have changed');
});

t.test('what is looked up at once is bounded', async (t) => {
  const { names, asked } = openNames();
  const first = Array.from({ length: mostAtOnce }, (_, n) => names.find(`n${n}.example`));
  t.equal(names.find('one-more.example'), undefined);
  t.ok(names.find('n1.example'), 'who asks for one of them waits with the others');
  asked.get('n0.example')?.reject(new Error('ENOTFOUND'));
  t.strictSame(await first[0], [], 'what fails has no address');
  t.ok(names.find('one-more.example'));
});

const server = () => new NameServer({ plan, onQuestion: () => undefined });

function ask(names: NameServer, type: 'A' | 'AAAA', udpPayloadSize?: number) {
  const opt = { type: 'OPT', name: '.', udpPayloadSize, flags: 0, options: [] } as never;
  const question = encode({
    ...{ type: 'query', id: 7, questions: [{ type, name: 'a.example' }] },
    ...(udpPayloadSize !== undefined && { additionals: [opt] }),
  });
  const bytes = names.answer(question) ?? Buffer.alloc(0);
  const found = decode(bytes).answers?.map((one) => ('data' in one ? one.data : undefined)) ?? [];
  return { bytes, found };
}

t.test('what is learned again takes the place of what was known', (t) => {
  const names = server();
  const found = ['192.0.2.1', '192.0.2.1', '2001:db8::1', 'fe80::1%eth0'];
  for (let n = 0; n < 3000; n += 1) names.learn('a.example', found);
  t.strictSame(ask(names, 'A').found, ['192.0.2.1']);
  t.strictSame(ask(names, 'AAAA').found, ['2001:db8::1']);
  names.learn('a.example', ['192.0.2.2']);
  t.strictSame(ask(names, 'A').found, ['192.0.2.2']);
  names.learn('a-0.switchyard.test', ['192.0.2.3']);
  t.equal(
    names.unknownName(encode({ questions: [{ type: 'A', name: 'b.example' }] })),
    'b.example',
  );
  t.end();
});

t.test('an answer is no larger than who asks takes', (t) => {
  const names = server();
  const many = Array.from({ length: 5000 }, (_, n) => `192.0.${n >> 8}.${n & 255}`);
  names.learn('a.example', many);
  for (const [size, most] of [
    [undefined, 512],
    [100, 512],
    [800, 800],
    [65_535, 1232],
  ] as const) {
    const { bytes, found } = ask(names, 'A', size);
    t.ok(bytes.length <= most && found.length > 10, `${bytes.length} bytes of ${most}`);
    t.strictSame(found, many.slice(0, found.length));
  }
  t.end();
});

t.test('names that are made up cost a bounded amount, and no machine its name', (t) => {
  const names = server();
  for (let n = 0; n < 12_000; n += 1) names.learn(`n${n}.example`, ['192.0.2.1']);
  const question = (name: string) => encode({ questions: [{ type: 'A', name }] });
  t.equal(names.unknownName(question('n0.example')), 'n0.example', 'the oldest is forgotten');
  t.equal(names.unknownName(question('n11999.example')), undefined);
  t.end();
});
