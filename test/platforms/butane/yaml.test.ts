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
    '.42_0e3': 420,
    '.42e0_3': 420,
    '08': 8,
    '!!int "0440"': 0o440,
  };
  for (const [text, mode] of Object.entries(modes)) {
    const { config, failure } = translate(file(`mode: ${text}`));
    t.equal(config?.storage?.files?.[0]?.mode, mode, `${text} ${failure ?? ''}`);
  }
});

t.test('what is no integer', async (t) => {
  const texts = ['"0644"', '1:30', '.inf', '2024-02-29', 'x', '99999999999999999999', '[1]'];
  const misplaced = ['._42e3', '.42_e3', '.4__2e3', '.42e3_'];
  for (const text of [...texts, '-1e400', ...misplaced]) {
    t.match(translate(file(`mode: ${text}`)).failure, /line 3: cannot unmarshal .* into int/, text);
  }
});

t.test('blocks of white space at the end of the text', async (t) => {
  const inline = (block: string) => {
    const { config } = translate(
      `storage:\n  files:\n  - path: /a\n    contents:\n      inline: ${block}`,
    );
    return config?.storage?.files?.[0]?.contents?.source;
  };
  const bodies = {
    '|+ \n       ': '',
    '|2\n          ': '%20%20',
    '|2+\n          \n\n': '%20%20%0A%0A',
  };
  for (const [block, text] of Object.entries(bodies))
    t.equal(inline(block), `data:,${text}`, block);
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

t.test('a name that is given twice stands for what is nearest above', async (t) => {
  const optionsOf = (items: string) => {
    const volume = `{device: /dev/a, format: ext4, options: [${items}]}`;
    const body = `first: &x one\nsecond: *x\nstorage: {filesystems: [${volume}]}\n`;
    return translate(body).config?.storage?.filesystems?.[0]?.options;
  };
  t.strictSame(optionsOf('*x, &x two, *x, &x three'), ['one', 'two', 'two', 'three']);
  t.match(translate('unused: *nowhere\n').failure, /unknown anchor 'nowhere'/);
  t.match(translate('unused: &a.b c\n').failure, /line 3: did not find expected alphabetic/);
  t.equal(translate('unused: &a [*a]\n').failure, undefined, 'nobody follows it');
});

t.test('what merges', async (t) => {
  const files = (second: string) =>
    translate(`x: &l [{mode: 1}]\nstorage: {files: [&a {path: /a, mode: 0600}, {${second}}]}\n`);
  const modeOf = (second: string) => files(second).config?.storage?.files?.[1]?.mode;
  t.equal(modeOf('path: /b, <<: [*a, {mode: 5}]'), 0o600, 'the first of a list wins');
  t.equal(modeOf('path: /b, !!merge <<: *a'), 0o600);
  t.equal(modeOf('path: /b, <<: *a, mode: ~'), undefined, 'a null is a value too');
  t.equal(modeOf('path: /b, "<<": *a'), undefined, 'in quotes it is a key like any other');
  for (const value of ['*l', '[*l]', '[[{mode: 1}]]', '']) {
    t.match(files(`path: /b, <<: ${value}`).failure, /map merge requires/, value);
  }
});

t.test('tags that do not fit', async (t) => {
  const refused: Record<string, RegExp> = {
    'mode: !!int abc': /cannot decode !!str `abc` as a !!int/,
    'mode: !!int 4.5': /!!float `4.5` as a !!int/,
    'mode: !!bool 12': /!!int `12` as a !!bool/,
    'overwrite: !!bool yes': /!!str `yes` as a !!bool/,
    'user: {name: !!int abc}': /as a !!int/,
    'contents: {inline: !!timestamp x}': /timestamp/,
    'mode: !!str 420': /cannot unmarshal/,
    'mode: !custom 420': /cannot unmarshal/,
  };
  for (const [fields, message] of Object.entries(refused)) {
    t.match(translate(file(fields)).failure, message, fields);
  }
  for (const text of ['@@@', 'QQ=', 'QQ', 'Q Q==', '=QQ=', 'QQ==QQ==']) {
    const { failure } = translate(file(`contents: {inline: !!binary "${text}"}`));
    t.match(failure, /invalid base64/, text);
  }
});

t.test('tags that fit', async (t) => {
  const modeOf = (text: string) =>
    translate(file(`mode: ${text}`)).config?.storage?.files?.[0]?.mode;
  t.equal(modeOf('!!int "420"'), 420);
  t.equal(modeOf('!!float 420'), 420);
  t.equal(modeOf('!<tag:yaml.org,2002:int> "7"'), 7);
  t.equal(modeOf('!!null ~'), undefined);
  const { config } = translate(file('overwrite: !own yes, contents: {inline: !!str ~}'));
  t.match(config?.storage?.files?.[0], { overwrite: true, contents: { source: 'data:,~' } });
});

t.test('a tag of a collection changes nothing', async (t) => {
  for (const tag of ['omap', 'pairs', 'set', 'seq', 'map', 'str', 'binary']) {
    const files = `storage: {files: !!${tag} [{path: /a}, !!${tag} {path: /b}]}`;
    const { config, entries } = translate(`${files}\n`);
    t.strictSame(config?.storage, { files: [{ path: '/a' }, { path: '/b' }] }, tag);
    t.strictSame(entries, []);
  }
});

t.test('lines end with a carriage return alone, and with NEL', async (t) => {
  const body = 'storage:\n  files:\n    - path: /a\n      mode: 0755 # why\n      nope: 1\n';
  const expected = translate(body);
  t.match(expected.entries, [{ path: '$.storage.files.0.nope', place: { line: 7, column: 7 } }]);
  for (const end of ['\r', '\x85', '\r\n']) {
    const { config, entries } = translateButane(`${head}${body}`.replaceAll('\n', end));
    t.strictSame(config, expected.config, JSON.stringify(end));
    t.strictSame(entries, expected.entries, JSON.stringify(end));
  }
});

t.test('a block that ends with the text, in the middle of a line', async (t) => {
  const sourceOf = (text: string) => {
    const body = `storage:\n  files:\n    - path: /a\n      contents:\n        inline: ${text}`;
    return translate(body).config?.storage?.files?.[0]?.contents?.source;
  };
  for (const sign of ['|', '|+', '>', '|-', '|2']) {
    t.equal(sourceOf(`${sign}\n          foo`), 'data:,foo', sign);
  }
  t.equal(sourceOf('|\n          foo\n          '), 'data:,foo%0A', 'no more than indented');
  t.equal(sourceOf('|\n          foo\n            '), 'data:,foo%0A%20%20');
  t.equal(sourceOf('|+\n\n    - path: /b\n'), 'data:,%0A', 'nothing but an empty line');
});

t.test('what YAML 1.1 lets pass', async (t) => {
  const { config } = translate('kernel_arguments: {should_exist: ["it\\\'s", "\\\\\'\\\'"]}#c\n');
  t.strictSame(config?.kernelArguments?.shouldExist, ["it's", "\\''"]);
  t.equal(translateButane('variant: "flatcar"#c\nversion: 1.1.0\n').failure, undefined);
  const block =
    'storage:\n  files:\n    - path: /a\n      contents:\n        inline: |#c\n          x\n';
  t.equal(translate(block).config?.storage?.files?.[0]?.contents?.source, 'data:,x%0A');
  t.equal(translate('# \ufeff\npasswd: {users: [{name: "\ufeff"}]}\n').failure, undefined);
  const commented = translate('passwd:\n  users:\n    - name: "a\\\'b"# c\n');
  t.equal(commented.config?.passwd?.users?.[0]?.name, "a'b");
  t.match(translate('a: "\\q"\n').failure, /not YAML/);
});

t.test('brackets, braces and quotes go on at any indentation', async (t) => {
  const listed = ['[\n  a, b\n  ]', '[\na,\n# c\nb\n]', '["a"\n,\n"b"\n]'];
  for (const list of listed) {
    const { config, failure } = translate(`kernel_arguments:\n  should_exist: ${list}\n`);
    t.strictSame(config?.kernelArguments?.shouldExist, ['a', 'b'], `${list} ${failure ?? ''}`);
  }
  for (const text of ['"x\n  y"', "'x\ny'", '"x\n \\\ny"', '"x\n\n\ny"']) {
    const { config } = translate(`passwd:\n  users:\n    - name: a\n      gecos: ${text}\n`);
    t.match(config?.passwd?.users?.[0]?.gecos, /^x\s+y$/, text);
  }
  const { entries } = translate('passwd: {\nusers: [\n{name: "a\nb", nope: 1}]}\n');
  t.match(entries, [{ path: '$.passwd.users.0.nope', place: { line: 6, column: 5 } }]);
  for (const text of ['["a",\n---\n]', '"a\n---\nb"', "'a\n... \nb'", 'a\nb']) {
    t.match(translate(`x: ${text}\n`).failure, /not YAML/, text);
  }
});

t.test('an escaped line break', async (t) => {
  const sourceOf = (text: string) =>
    translate(file(`contents: {inline: ${text}}`)).config?.storage?.files?.[0]?.contents?.source;
  t.equal(sourceOf('"a\\\n   b"'), 'data:,ab');
  t.equal(sourceOf('"a\\\n\n   b"'), 'data:,a%0Ab', 'every empty line after it stays');
  t.equal(sourceOf('"a\\\n \t\n\n   b"'), 'data:,a%0A%0Ab');
  t.equal(sourceOf('"a\\\r\n\r\n   b"'), 'data:,a%0Ab');
  t.equal(sourceOf('"a\\\\\n\n   b"'), 'data:,a%5C%0Ab', 'that one is no break');
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
    '%NEW x\n---\na: b': /unknown directive/,
    '{"a": "\\ud83d\\ude00"}': /invalid Unicode character/,
    'a: {b: http://c/d?e}': /did not find expected ','/,
    'a: [::1]': /did not find expected ','/,
    'a: {b:[c]}': /did not find expected ','/,
    'a: |\n  \tb': /tab character where an indentation space/,
    'a: !!str# b': /expected whitespace or line break/,
    'a: "\\"': /unexpected end of stream/,
    ': a': /line 1: did not find expected key/,
    'a: {: b}': /did not find expected key/,
    'a: [b, : c]': /did not find expected key/,
    'a:\n  : b': /line 2: did not find expected key/,
    'a: {b\n  : c}': /did not find expected ','/,
    'a: {&b\n  c: d}': /did not find expected ','/,
  };
  for (const [text, message] of Object.entries(refused)) {
    t.match(translateButane(text).failure, message, JSON.stringify(text));
  }
  t.match(translateButane(Buffer.from([0x61, 0xff])).failure, /UTF-8/);
  t.match(translateButane(Buffer.from([0xff, 0xfe, 0x61])).failure, /UTF-16LE/);
});

t.test('keys without text, and keys of several lines, where they may be', async (t) => {
  const texts = ['?\n: a', '&k : a', 'x: {!!str : a}', 'x: {? a\n  : b}', 'x: {"a\\\\": b}'];
  for (const text of texts) t.equal(translate(`${text}\n`).failure, undefined, text);
});

t.test('after the root only one token is looked at', async (t) => {
  const json = '{"variant": "flatcar", "version": "1.1.0"}';
  const indented = '  variant: flatcar\n  version: 1.1.0\n';
  const taken = [`${json}\n}`, `${json} foo`, `${json}\nfoo: 1`, `${indented}foo: "1`];
  for (const text of [...taken, `${indented}- x`, `${indented} foo: 1`, `${head}... foo`]) {
    t.equal(translateButane(`${text}\n`).failure, undefined, text);
  }
  const refused = [`${head}}`, `!!str ${head}}`, `${head}- a`, `${head}x: [a]]`, `${head}x: "a" b`];
  for (const text of [...refused, `${json} @`, `${json} "a`, `${indented}  - x`]) {
    t.match(translateButane(`${text}\n`).failure, /not YAML/, text);
  }
});

t.test('UTF-16 with a byte order mark', async (t) => {
  const text = Buffer.from(`\ufeff${head}passwd: {users: [{name: é}]}\n`, 'utf16le');
  for (const source of [text, Buffer.from(text).swap16()]) {
    t.equal(translateButane(source).config?.passwd?.users?.[0]?.name, 'é');
  }
});

t.test('what names no specification', async (t) => {
  t.match(translateButane('').failure, /variant is missing/);
  t.match(translateButane('variant: flatcar').failure, /version is missing/);
  t.match(translateButane('variant: flatcar\nversion: 1').failure, /has not the form 1.1.0/);
  t.match(translateButane('variant: fcos\nversion: 1.5.0').failure, /flatcar has 1.0.0 and 1.1.0/);
  t.match(translateButane('[a]').failure, /line 1: cannot unmarshal !!seq into Config/);
});
