/**
 * Addresses in what machines are given, and placeholders that nothing can fill.
 */

import t from 'tap';
import { role } from '../../../harness/model/topology.js';
import { fillAddresses, fillProvisioning } from '../../../platforms/network/fill-addresses.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';

const { stations } = planNetwork({
  roles: {
    server: role({ count: 2, segments: ['lan'] }),
    client: role({ segments: ['lan', 'wan'] }),
  },
  segments: { lan: {}, wan: { subnet6: 'fd00::/64' } },
});
const context = { machine: 'server-1', stations };

t.test('of oneself and of others, by segment', async (t) => {
  const text = '{{self.ip}} {{self.name}} {{server.0.ip}} {{client.0.wan.ip6}} {{client.0.fqdn}}';
  t.equal(
    fillAddresses(text, context),
    '10.80.0.11 server-1 10.80.0.10 fd00::5054:ff:fe01:0 client-0.switchyard.test',
  );
});

t.test('what other programs put in braces is left alone', async (t) => {
  const text = '{{.Names}} {{ self.ip }} {{range .}}{{end}} {{json .}}';
  t.equal(fillAddresses(text, context), text);
});

t.test('what nobody has', async (t) => {
  const expected = { code: 'BAD_PLACEHOLDER', kind: 'usage' };
  t.throws(() => fillAddresses('{{server.7.ip}}', context), {
    ...expected,
    message: '{{server.7.ip}}: server-7 has no ip on any segment',
  });
  t.throws(() => fillAddresses('{{client.0.wan.ip}}', context), {
    ...expected,
    message: '{{client.0.wan.ip}}: client-0 has no ip on segment wan',
  });
});

t.test('in every text of a fragment', async (t) => {
  const config = { storage: { links: [{ path: '/a', target: '/by/{{self.ip}}' }] } };
  const filled = fillProvisioning({ kind: 'ignition', config }, context);
  t.match(filled, { config: { storage: { links: [{ target: '/by/10.80.0.11' }] } } });
  const alone = { kind: 'raw', config: '{{self.ip}}' } as const;
  t.strictSame(fillProvisioning(alone, { machine: 'x', stations: [] }), alone);
});
