/**
 * Attempts on the inventory of suites and on the policy.
 */

import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { inventoryDigest } from '../../../../results/gate/rules/inventory.js';
import { candidate, daysAgo, digest, failed, suites } from '../../../support/gate-values.js';
import { type Attempt, another, broken, editPolicy, policyWith, victim } from './attempt.js';

export const attempts: readonly Attempt[] = [
  {
    name: 'shrink the inventory',
    change: async (w) => {
      const fewer = suites.filter((suite) => suite !== victim);
      await w.write('inventory.json', JSON.stringify(fewer));
      await another({}, broken)(w);
    },
    refused: /the inventory.*expected the suites of digest/,
  },
  {
    name: 'shrink the inventory and the digest in the policy: the approvals are for the other',
    change: async (w) => {
      const fewer = suites.filter((suite) => suite !== victim);
      await w.write('inventory.json', JSON.stringify(fewer));
      await policyWith(w, (policy: { edges: { rules: { digest?: string }[] }[] }) => {
        for (const { rules } of policy.edges) {
          for (const rule of rules) if (rule.digest) rule.digest = inventoryDigest(fewer);
        }
        return policy;
      });
    },
    refused: /approved under another policy/,
  },
  {
    name: 'edit the policy after the approvals',
    change: async (w) => {
      await policyWith(w, (policy: object) => ({ ...policy, evidence: { maxAgeDays: 365 } }));
    },
    refused: /approved under another policy/,
  },
  {
    name: 'a second, easier edge to the same channel before the first',
    change: async (w) => {
      const { lineage, ...release } = candidate('4230.1.0');
      const elder = { version: '4000.3.0', channel: 'lts', publishedAt: daysAgo(60) };
      await w.addCandidate({ ...release, lineage: [...lineage, elder] });
      await policyWith(w, (policy: { edges: { to: string; rules: { kind: string }[] }[] }) => {
        const [first] = policy.edges;
        if (first === undefined) throw new Error('a policy without an edge');
        const kept = ['must-pass', 'inventory', 'approvals'];
        const rules = first.rules.filter(({ kind }) => kept.includes(kind));
        const easy = { ...first, from: 'lts', rules };
        return { ...policy, edges: [easy, ...policy.edges] };
      });
    },
    refused: /BAD_POLICY.*2 edges to beta/,
  },
  {
    name: 'a policy without must-pass',
    change: async (w) => {
      await policyWith(w, (policy: { edges: { rules: { kind: string }[] }[] }) => {
        for (const edge of policy.edges) {
          edge.rules = edge.rules.filter(({ kind }) => kind !== 'must-pass');
        }
        return policy;
      });
    },
    refused: /BAD_POLICY.*has no rule of kind must-pass/,
  },
  {
    name: 'one key under two names',
    change: async (w) => {
      await policyWith(w, (policy: { trust: { approvers: { name: string; key: string }[] } }) => {
        const [ben] = policy.trust.approvers;
        if (ben) policy.trust.approvers.push({ ...ben, name: 'benjamin' });
        return policy;
      });
    },
    refused: /BAD_POLICY.*trust\.approvers has one key under two names/,
  },
  {
    name: 'a key of the policy twice',
    change: async (w) => {
      await w.write('policy.yaml', `${await w.read('policy.yaml')}\nschema: 1\n`);
    },
    refused: /BAD_POLICY.*unique/,
  },
  {
    name: 'one of two globs that matches no suite',
    change: async (w) => {
      await editPolicy(w, (text) => text.replace('- "**"', '- "**"\n          - none/*'));
    },
    refused: /suites that match none\/\*/,
  },
  {
    name: 'a rule that is misspelt',
    change: async (w) => {
      await editPolicy(w, (text) => text.replace('days: 14', 'day: 14'));
    },
    refused: /BAD_POLICY.*day/,
  },
  {
    name: 'a rule that matches no suite',
    change: async (w) => {
      await editPolicy(w, (text) => text.replace('- "**"', '- "none/*"'));
    },
    refused: /suites that match none\/\*/,
  },
  {
    name: 'no policy',
    change: async (w) => await unlink(join(w.directory, 'policy.yaml')),
    refused: /NO_POLICY/,
  },
  {
    name: 'take the people out of the policy, and then what one likes',
    change: async (w) => {
      await policyWith(w, (policy: { edges: { rules: { kind: string }[] }[] }) => {
        for (const edge of policy.edges) {
          edge.rules = edge.rules.filter(({ kind }) => kind !== 'approvals' && kind !== 'age');
        }
        return policy;
      });
    },
    refused: /BAD_POLICY.*the edge from alpha to beta has no rule of kind approvals/,
  },
  {
    name: 'all of arm64 failed, and the policy speaks of amd64',
    change: async (w) => {
      const [image] = candidate('4230.1.0').images;
      const arm = { ...image, arch: 'arm64', sha256: digest('arm') };
      await w.addCandidate({ ...candidate('4230.1.0'), images: [image, arm] } as never);
      const all = Object.fromEntries(suites.map((suite) => [suite, [failed()]]));
      await another({ arch: 'arm64', imageSha256: arm.sha256 }, all)(w);
    },
    refused: /integrity: 4230\.1\.0: expected a must-pass rule that names arm64/,
  },
];
