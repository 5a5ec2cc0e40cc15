/**
 * YAML as Butane's own parser reads it: what scalars mean, what is refused.
 */

import { t } from 'tap';
import { translateButane } from '../../../platforms/butane/butane.js';

const head = 'variant: flatcar\nversion: 1.1.0\n';
const translate = (body: string) => translateButane(`${head}${body}`);
const file = (fields: string) => `storage: {files: [{path: /a, ${fields}}]}\n`;

t.test('modes', async (t) => {
  const modes: Record<string, number> = {
    '0644': 0o644,
    '0o644': 0o644,
    '420': 420,
    '0x1A4': 420,
    '-0': 0,
    '0b110_100_100': 420,
    '4.2e2': 420,
    '08': 8,
    '!!int "0440"': 0o440,
  };
  for (const [text, mode] of Object.entries(modes)) {
    const { config, failure } = translate(file(`mode: ${text}`));
    t.equal(config?.storage?.files?.[0]?.mode, mode, `${text} ${failure ?? ''}`);
  }
});

t.test('what is no integer', async (t) => {
  for (const text of ['"0644"', '1:30', '.inf', '2024-02-29', 'x', '99999999999999999999', '[1]']) {
    t.match(translate(file(`mode: ${text}`)).failure, /line 3: cannot unmarshal .* into int/, text);
  }
});

t.test('booleans', async (t) => {
  for (const text of ['true', 'True', 'yes', 'y', 'on', '"yes"']) {
    const { config } = translate(file(`contents: {inline: x}, overwrite: ${text}`));
    t.equal(config?.storage?.files?.[0]?.overwrite, true, text);
  }
  for (const text of ['"true"', '1', 'ja', '!!str true']) {
    t.match(translate(file(`overwrite: ${text}`)).failure, /into bool/, text);
  }
});

t.test('bytes', async (t) => {
  const { config } = translate(file('contents: {inline: !!binary "gIE="}'));
  t.equal(config?.storage?.files?.[0]?.contents?.source, 'data:,%80%81');
});

t.test('anchors and merges', async (t) => {
  const merged = translate(
    'storage:\n  files:\n    - &a {path: /a, mode: 0600}\n    - {<<: *a, path: /b}\n',
  );
  t.strictSame(merged.config?.storage?.files?.[1], { path: '/b', mode: 0o600 });
  t.match(translate('storage: {files: [{<<: 1}]}\n').failure, /map merge requires/);
  t.match(translate(file('mode: *unknown')).failure, /unknown|[Uu]nresolved/);
});

t.test('null', async (t) => {
  const { config, entries } = translate('storage:\npasswd: {users: [~, {name: a}]}\n');
  t.strictSame(config?.passwd, { users: [{ name: 'a' }] });
  t.match(entries[0], { path: '$.passwd.users.0' });
  const storage = entries.find(({ path }) => path === '$.storage');
  t.strictSame(storage?.place, { line: 3, column: 9 });
});

t.test('what is no YAML', async (t) => {
  const refused: Record<string, RegExp> = {
    'a: [': /not YAML: line \d+/,
    'a: "\\/"': /not YAML/,
    'a: \u0007': /control characters/,
    'a: b: c': /not YAML/,
    '%YAML 1.2\n---\na: b': /incompatible/,
  };
  for (const [text, message] of Object.entries(refused)) {
    t.match(translateButane(text).failure, message, JSON.stringify(text));
  }
  t.match(translateButane(Buffer.from([0x61, 0xff])).failure, /UTF-8/);
});

t.test('what names no specification', async (t) => {
  t.match(translateButane('').failure, /variant is missing/);
  t.match(translateButane('variant: flatcar').failure, /version is missing/);
  t.match(translateButane('variant: flatcar\nversion: 1').failure, /has not the form 1.1.0/);
  t.match(translateButane('variant: fcos\nversion: 1.5.0').failure, /flatcar has 1.0.0 and 1.1.0/);
  t.match(translateButane('[a]').failure, /line 1: cannot unmarshal !!seq into Config/);
});
