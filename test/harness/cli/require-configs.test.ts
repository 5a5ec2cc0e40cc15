/**
 * Configs that Ignition would refuse are refused before anything boots.
 */

import t from 'tap';
import { loadSelectedSuites } from '../../../harness/cli/commands/list.js';
import { requireConfigs } from '../../../harness/cli/require-configs.js';
import type { IgnitionFragment } from '../../../harness/model/ignition.js';
import { role, singleMachine } from '../../../harness/model/topology.js';
import { fakeSuite } from '../../support/fixtures.js';

t.test('a malformed fragment names the suite, the role and the place', async (t) => {
  const config = { storage: { files: [{ path: 'not/absolute' }] } } as IgnitionFragment;
  const topology = singleMachine({ provisioning: { kind: 'ignition', config } });
  const suites = [fakeSuite('a/fine'), fakeSuite('a/wrong', { topology })];
  t.throws(() => requireConfigs(suites), {
    ...{ kind: 'usage', code: 'BAD_IGNITION' },
    message: /^suites\/a\/wrong\.ts, role main: .*storage\.files\.0.*$/,
  });
});

t.test('a machine without a config has none that could be wrong', async (t) => {
  const topology = singleMachine({ provisioning: { kind: 'none' } });
  t.doesNotThrow(() => requireConfigs([fakeSuite('a/none', { topology })]));
});

t.test('every suite of the project has configs that are accepted', async (t) => {
  const suites = await loadSelectedSuites([]);
  t.ok(suites.length >= 20);
  t.doesNotThrow(() => requireConfigs(suites));
});

t.test('Butane text is translated, and refused with its line', async (t) => {
  const suiteOf = (config: string, files?: Record<string, string>) => {
    const provisioning = { kind: 'butane', config, ...(files && { files }) } as const;
    return fakeSuite('a/butane', { topology: singleMachine({ provisioning }) });
  };
  const head = 'variant: flatcar\nversion: 1.1.0\n';
  const local = `${head}storage: {files: [{path: /a, contents: {local: dir/a}}]}\n`;
  t.doesNotThrow(() => requireConfigs([suiteOf(local, { 'dir/a': 'x' })]));
  const expected = { kind: 'usage', code: 'BAD_IGNITION' };
  t.throws(() => requireConfigs([suiteOf(local)]), {
    ...expected,
    message: /role main: Butane config: line 3, column 48: .*contents\.local: dir\/a: no such file/,
  });
  t.throws(() => requireConfigs([suiteOf(`${head}storage: 1\n`)]), {
    ...expected,
    message: /Butane config: unusable fields: line 3: cannot unmarshal/,
  });
});

t.test('networks that can not be, and addresses that nobody has', async (t) => {
  const here = { segments: ['lan'] };
  const config = 'variant: flatcar\nversion: 1.0.0\n# {{server.0.ip}}\n';
  const butane = { kind: 'butane', config } as const;
  const wrong = fakeSuite('a/net', {
    topology: { roles: { a: role(here) }, segments: { lan: { subnet: '10.0.0.1/24' } } },
  });
  t.throws(() => requireConfigs([wrong]), {
    ...{ kind: 'usage', code: 'BAD_NETWORK' },
    message: 'suites/a/net.ts: segment lan: 10.0.0.1/24 is not the first address of its network',
  });
  const cut = fakeSuite('a/cut', {
    topology: {
      roles: { a: role(here) },
      segments: { lan: {} },
      schedule: [{ kind: 'link', atMs: 0, machine: 'b-0', faults: { down: true } }],
    },
  });
  t.throws(() => requireConfigs([cut]), {
    code: 'BAD_NETWORK',
    message: 'suites/a/cut.ts: b-0 is not on any segment of this cluster',
  });
  const empty = fakeSuite('a/meta', {
    topology: {
      roles: { a: role(here) },
      segments: { lan: { metadata: { '/name': '{{b.0.name}}' } } },
    },
  });
  t.throws(() => requireConfigs([empty]), {
    code: 'BAD_PLACEHOLDER',
    message:
      /^suites\/a\/meta.ts, metadata \/name: .*b-0 has no name on any segment; there are a-0$/,
  });
  const nobody = fakeSuite('a/who', {
    topology: { roles: { a: role({ ...here, provisioning: butane }) }, segments: { lan: {} } },
  });
  t.throws(() => requireConfigs([nobody]), {
    ...{ kind: 'usage', code: 'BAD_PLACEHOLDER' },
    message:
      'suites/a/who.ts, role a: {{server.0.ip}}: server-0 has no ip on any segment; there are a-0',
  });
});

t.test('placeholders that are misspelt, with and without segments', async (t) => {
  const of = (config: string, segments: readonly string[]) => {
    const roles = { a: role({ segments, provisioning: { kind: 'raw', config } }), b: role() };
    return fakeSuite('a/net', { topology: { roles, segments: { lan: {} } } });
  };
  const text = 'docker ps --format {{.Names}} {{json .}}';
  t.doesNotThrow(() => requireConfigs([of(text, ['lan']), of(text, [])]));
  for (const wrong of ['{{self.hostname}}', '{{b.ip}}', '{{a.0.adress}}']) {
    for (const segments of [['lan'], []]) {
      t.throws(() => requireConfigs([of(`${text} ${wrong}`, segments)]), {
        ...{ kind: 'usage', code: 'BAD_PLACEHOLDER' },
        message: new RegExp(`^suites/a/net\\.ts, role a: ${wrong}: is not like .*self is a-0$`),
      });
    }
  }
});

t.test('a service where the config would be served', async (t) => {
  const http = { kind: 'http', address: '10.0.2.101', port: 80, files: {} } as const;
  const suiteOf = (port: number, byUrl?: true) => {
    const provisioning = { kind: 'ignition', config: {}, ...(byUrl && { byUrl }) } as const;
    const topology = singleMachine({ provisioning, services: [{ ...http, port }] });
    return fakeSuite('a/served', { topology });
  };
  t.doesNotThrow(() => requireConfigs([suiteOf(80), suiteOf(81, true)]));
  t.throws(() => requireConfigs([suiteOf(80, true)]), {
    ...{ kind: 'usage', code: 'SERVICE_TAKEN' },
    message:
      /^suites\/a\/served\.ts, role main: a service is at 10\.0\.2\.101:80, where .*; give it/,
  });
});
