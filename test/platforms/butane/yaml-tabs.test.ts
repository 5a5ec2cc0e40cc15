/**
 * Where Butane's parser takes a tab and where it does not.
 */

import { t } from 'tap';
import { translateButane } from '../../../platforms/butane/butane.js';

const head = 'variant: flatcar\nversion: 1.1.0\n';
const refusal = /not YAML: line \d+: .*(tab|Tab)/;

t.test('refused', async (t) => {
  const texts = [
    'variant: flatcar\n\t\nversion: 1.1.0\n',
    'variant: "flatcar"\n \t\nversion: 1.1.0\n',
    'variant: flatcar\n\t# c\nversion: 1.1.0\n',
    `${head}storage:\n\t\n  files: []\n`,
    `${head}# c\n\t\nstorage: {}\n`,
    `${head}# c\n\t`,
    `${head}storage: {} # c\n\t# d\n`,
    `${head}\t`,
    `${head}kernel_arguments:\n  should_exist:\n    -\ta\n`,
    `${head}kernel_arguments:\n  should_exist:\n    - \ta\n`,
    `${head}storage:\n  files:\n    - path: /a\n     \t\n`,
    `${head}storage:\n  files:\n    - path: /a\n  \t  b\n`,
    `${head}? kernel_arguments\n:\tshould_exist: []\n`,
    `${head}x: &a [b]\n\t\n`,
  ];
  for (const text of texts) t.match(translateButane(text).failure, refusal, JSON.stringify(text));
});

t.test('accepted', async (t) => {
  const texts = [
    '{\n\t"variant": "flatcar",\n\t"version": "1.1.0"\n}\n',
    'variant: flatcar\t\nversion:\t1.1.0\t# c\n',
    `# c\n\t# d\n\t\n\t# e\n${head}`,
    `${head}storage:\n  files:\n    - path: /a\n       \t\n    - path: /b\n`,
    `${head}kernel_arguments:\n  should_exist: [\n    \t  a,\n    \t  b\n    ]\n`,
    `${head}kernel_arguments:\n  should_exist:\n    - |\n      a\tb\n      \tc\n`,
    `${head}passwd: {users: [{name: "a\tb"}]}\t\n`,
    `${head}...\n\t\n`,
    `${head}---\n\t\n`,
  ];
  for (const text of texts) {
    t.equal(translateButane(text).failure, undefined, JSON.stringify(text));
  }
});
