/**
 * Addresses in what machines are given, and placeholders that nothing can fill.
 */

import t from 'tap';
import { role } from '../../../harness/model/topology.js';
import { fillAddresses, fillProvisioning } from '../../../platforms/network/fill-addresses.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';

const { roles, stations } = planNetwork({
  roles: {
    server: role({ count: 2, segments: ['lan'] }),
    client: role({ segments: ['lan', 'wan'] }),
    alone: role(),
  },
  segments: { lan: {}, wan: { subnet6: 'fd00::/64' } },
});
const context = { machine: 'server-1', roles, stations };

t.test('of oneself and of others, by segment', async (t) => {
  const text = '{{self.ip}} {{self.name}} {{server.0.ip}} {{client.0.wan.ip6}} {{client.0.fqdn}}';
  t.equal(
    fillAddresses(text, context),
    '10.80.0.11 server-1 10.80.0.10 fd00::5054:ff:fe01:0 client-0.switchyard.test',
  );
});

t.test('what other programs put in braces is left alone', async (t) => {
  const texts = [
    '{{.Names}} {{ self.ip }} {{range .}}{{end}} {{json .}} {{json .NetworkSettings.Networks}}',
    '{{range .Mounts}}{{.Source}}{{"\\n"}}{{end}} {{(index .Items 0).Name}} {{$self.ip}}',
    '{{user.name}} {{servers.0}} {{my-server.ip}} {{selfish.ip}} {{self}} {{server}} {{Names.self.ip}}',
    '{server.ip} {{server.\nip}} {{server.{{end}} {{}} $self.ip {{#self.x}}',
  ];
  for (const text of texts) t.equal(fillAddresses(text, context), text);
});

t.test('what nobody has', async (t) => {
  const expected = { code: 'BAD_PLACEHOLDER', kind: 'usage' };
  t.throws(() => fillAddresses('{{server.7.ip}}', context), {
    ...expected,
    message:
      '{{server.7.ip}}: server-7 has no ip on any segment; there are server-0, server-1, client-0',
  });
  t.throws(() => fillAddresses('{{client.0.wan.ip}}', context), {
    ...expected,
    message:
      '{{client.0.wan.ip}}: client-0 has no ip on segment wan; ' +
      'on lan it has ip, mac, name, fqdn; on wan it has ip6, mac, name, fqdn',
  });
  t.throws(() => fillAddresses('{{other.0.ip}}', context), {
    ...expected,
    message: /^{{other\.0\.ip}}: other-0 has no ip on any segment; there are server-0, /,
  });
});

t.test('what is misspelt', async (t) => {
  const wrong = [
    '{{server.ip}}',
    '{{server.0.adress}}',
    '{{server.0.lan.wan.ip}}',
    '{{server.0}}',
    '{{server.0 .ip}}',
    '{{server.0.IP}}',
    '{{server.-1.ip}}',
    '{{Server.0.ip}}',
    '{{self.hostname}}',
    '{{self.}}',
    '{{alone.ip}}',
  ];
  for (const text of wrong) {
    t.throws(() => fillAddresses(`--at ${text}/24 {{.Names}}`, context), {
      ...{ code: 'BAD_PLACEHOLDER', kind: 'usage' },
      message:
        `${text}: is not like {{self.ip}}, {{server.0.ip}} or {{server.0.lan.ip}}: ` +
        'ip, ip6, mac, name, fqdn of server-0, server-1, client-0; self is server-1',
    });
  }
});

t.test('in every text of a fragment', async (t) => {
  const config = { storage: { links: [{ path: '/a', target: '/by/{{self.ip}}' }] } };
  const filled = fillProvisioning({ kind: 'ignition', config }, context);
  t.match(filled, { config: { storage: { links: [{ target: '/by/10.80.0.11' }] } } });
  const raw = (config: string) => ({ kind: 'raw', config }) as const;
  const alone = { machine: 'main-0', roles: ['main'], stations: [] };
  t.strictSame(fillProvisioning(raw('{{.Names}}'), alone), raw('{{.Names}}'));
  t.throws(() => fillProvisioning(raw('{{self.ip}}'), alone), {
    code: 'BAD_PLACEHOLDER',
    message: '{{self.ip}}: main-0 has no ip on any segment; there are no machines on segments',
  });
});
