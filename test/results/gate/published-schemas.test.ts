/** The published schemas and the example of a policy. */

import t from 'tap';
import { examplePolicy } from '../../../results/gate/example-policy.js';
import { parseYaml } from '../../../results/gate/parse-yaml.js';
import { policySchema } from '../../../results/gate/policy-schema.js';
import { publishedNames, publishedSchema } from '../../../results/gate/published-schemas.js';
import { ruleSchema } from '../../../results/gate/rule-schema.js';
import { trustedKeys } from '../../../results/gate/signers.js';
import { upToDate } from '../../support/generated-docs.js';

t.test('docs/*.schema.json are up to date', async (t) => {
  for (const name of publishedNames) {
    await upToDate(t, `${name}.schema.json`, publishedSchema(name));
  }
});

t.test('they refuse keys that they do not know, and name every kind of rule', async (t) => {
  for (const name of publishedNames)
    t.match(publishedSchema(name), { additionalProperties: false });
  const text = JSON.stringify(publishedSchema('policy'));
  for (const option of ruleSchema.options) t.match(text, `"const":"${option.shape.kind.value}"`);
});

/** Public keys whose private halves nobody has. */
const keys = {
  lab: 'MCowBQYDK2VwAyEA2p+vNHCY2xUaSQc0tr3fyfZ/3eQLPlCvIxem1KU9U2s=',
  ben: 'MCowBQYDK2VwAyEA87BRPr4kySLmiCKSh2vh5pd5NY5+r3GFtWcGINcXxlY=',
  gate: 'MCowBQYDK2VwAyEAU5bBHBUrHmGCJd7PTDXXucmbeRLBtTorjGzi1ZPVLZI=',
} as const;

function key(name: keyof typeof keys) {
  return { name, key: `-----BEGIN PUBLIC KEY-----\n${keys[name]}\n-----END PUBLIC KEY-----\n` };
}

t.test('docs/policy.example.yaml is what init writes, and a policy', async (t) => {
  const wanted = examplePolicy({
    keys: {
      runners: [key('lab')],
      approvers: [key('ben')],
      gate: [key('gate')],
      auditors: [],
      canaries: [],
      reporters: [],
    },
    inventory: 'c4'.repeat(32),
  });
  await upToDate(t, 'policy.example.yaml', wanted);
  const policy = parseYaml(wanted, policySchema, { where: 'example', code: 'BAD_POLICY' });
  t.same(
    policy.edges.map(({ from, to }) => `${from} to ${to}`),
    ['alpha to beta', 'beta to stable', 'stable to lts'],
  );
  for (const { rules } of policy.edges) {
    t.same(
      new Set(rules.map(({ kind }) => kind)),
      new Set(ruleSchema.options.map((option) => option.shape.kind.value)),
      'every kind of rule',
    );
  }
  t.equal(trustedKeys(policy.trust.gate)[0]?.name, 'gate');
});
