/**
 * Attempts with another policy than the one that the ledger accepted.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptPolicy, approvePolicy } from '../../../../results/gate/accept-policy.js';
import { digestOf } from '../../../../results/gate/canonical-json.js';
import { readPolicy } from '../../../../results/gate/gate-directory.js';
import { appendEntry, makeEntry, type NewEntry } from '../../../../results/gate/ledger.js';
import { readDecided } from '../../../../results/gate/open-ledger.js';
import { digest, now, type Person, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import type { Attempt } from './attempt.js';

interface Draft {
  readonly edges: { rules: { kind: string; count?: number }[] }[];
  readonly trust: Record<string, { name: string; key: string }[]>;
}

function draft(w: GateWorld): Draft {
  return structuredClone(w.policy()) as unknown as Draft;
}

/** One approval is enough, and nobody asks for canaries. */
function lax(w: GateWorld): Draft {
  const policy = draft(w);
  for (const edge of policy.edges) {
    edge.rules = edge.rules.filter(({ kind }) => kind !== 'canary');
    for (const rule of edge.rules) if (rule.kind === 'approvals') rule.count = 1;
  }
  return policy;
}

/** Eve puts her own key where it helps. */
async function evesPolicy(w: GateWorld, role: 'runners' | 'approvers' | 'gate'): Promise<void> {
  const policy = draft(w);
  policy.trust[role]?.push({ name: 'eve', key: w.eve.pem });
  await w.writePolicy(policy);
}

/** Into the ledger, behind the back of the commands. */
async function force(
  w: GateWorld,
  by: Person,
  predicate: object,
  kind: NewEntry['kind'] = 'policy',
) {
  const { entries } = await readDecided(w.directory);
  const policy = await readPolicy(w.directory);
  const subjects = [{ name: 'policy.yaml', sha256: digestOf(policy) }];
  const all = {
    digest: digestOf(policy),
    policy,
    approvals: [],
    at: now.toISOString(),
    ...predicate,
  };
  const envelope = await makeEntry(entries, { kind, subjects, predicate: all }, [by]);
  await appendEntry(join(w.directory, 'ledger.jsonl'), envelope);
}

async function approveBy(w: GateWorld, signer: Person): Promise<void> {
  await approvePolicy(w.directory, { approver: signer.name, now, signer });
}

/** What people once signed, as if they had signed it for this change. */
async function renameApprovals(w: GateWorld): Promise<void> {
  const { entries } = await readDecided(w.directory);
  const prefix = entries.at(-1)?.digest.slice(0, 12);
  for (const name of await readdir(join(w.directory, 'policy-approvals'))) {
    const text = await w.read(`policy-approvals/${name}`);
    await w.write(`policy-approvals/${prefix}-${name}`, text);
  }
}

export const attempts: readonly Attempt[] = [
  {
    name: 'rules taken out of the policy, and fewer approvals asked for',
    change: async (w) => await w.writePolicy(lax(w)),
    refused:
      /POLICY_NOT_ACCEPTED: policy\.yaml is \w{12}, and record 1 accepted \w{12}; 2 of ben, cleo, ada sign yard gate policy approve, then a gate key signs yard gate policy accept; or put/,
  },
  {
    name: 'a question under another policy',
    act: async (w) => {
      await w.writePolicy(lax(w));
      const verdict = await w.ask();
      return { verdict, outcome: verdict.verdict === 'block' ? 'refused' : 'promoted' };
    },
    refused: /integrity: policy\.yaml: expected the policy \w{12}, which record 1 accepted, seen/,
  },
  {
    name: 'an own key put into trust.runners after the approvals',
    change: async (w) => {
      await evesPolicy(w, 'runners');
      await w.addRun(runOf('4230.1.0', { run: '20260628-120000-0009' }), w.eve);
    },
    refused: /POLICY_NOT_ACCEPTED/,
  },
  {
    name: 'an own key put into trust.approvers, to approve that',
    change: async (w) => {
      await evesPolicy(w, 'approvers');
      await approveBy(w, w.eve);
    },
    refused: /UNTRUSTED_KEY.*none of the policy's approvers, who are ben .*, cleo/,
  },
  {
    name: 'an own key put into trust.gate, to accept that',
    change: async (w) => {
      await evesPolicy(w, 'gate');
      await acceptPolicy(w.context({ signers: [w.eve] }));
    },
    refused: /UNTRUSTED_KEY.*none of the policy's gate keys/,
  },
  {
    name: 'an acceptance by a key that only the new policy names',
    change: async (w) => {
      await evesPolicy(w, 'gate');
      await force(w, w.eve, {});
    },
    refused: /BAD_ENVELOPE: record 2, by the policy before it: it is signed by/,
  },
  {
    name: 'an acceptance that nobody approved, by the gate’s key',
    change: async (w) => {
      await w.writePolicy(lax(w));
      await force(w, w.gate, {});
    },
    refused: /BAD_ACCEPTANCE: record 2 of the ledger: 0 approved it, of 2 that it needs; put back/,
  },
  {
    name: 'an acceptance of another policy than it has in it',
    change: async (w) => {
      await w.writePolicy(lax(w));
      await force(w, w.gate, { digest: digest('another') });
    },
    refused: /BAD_ACCEPTANCE: record 2 of the ledger: its policy has another digest/,
  },
  {
    name: 'a record under a policy that nobody accepted',
    change: async (w) => {
      const predicate = { version: '4100.1.0', reason: 'old', policy: digest('another') };
      await force(w, w.gate, predicate, 'revocation');
    },
    refused: /BAD_ACCEPTANCE: record 2 of the ledger: it is made under \w{12}/,
  },
  {
    name: 'one person who approves the policy twice',
    change: async (w) => {
      await w.writePolicy(lax(w));
      await w.acceptPolicy([w.ben, w.ben]);
    },
    refused: /NOT_APPROVED: .* needs 2 approvals of ben, cleo, ada; 1 are there, of ben; sign with/,
  },
  {
    name: 'the policy exchanged back to a laxer older one',
    change: async (w) => {
      const strict = w.policy();
      await w.changePolicy(lax(w));
      await w.changePolicy(strict);
      await w.writePolicy(lax(w));
    },
    refused: /POLICY_NOT_ACCEPTED: policy\.yaml is \w{12}, and record 3 accepted/,
  },
  {
    name: 'the approvals of a laxer policy used once more',
    change: async (w) => {
      const strict = w.policy();
      await w.changePolicy(lax(w));
      await w.changePolicy(strict);
      await w.writePolicy(lax(w));
      await renameApprovals(w);
      await acceptPolicy(w.context());
    },
    refused: /NOT_APPROVED: .*; 0 are there; sign with/,
  },
  {
    name: 'the policy that the first record pinned exchanged where it is kept',
    change: async (w) => {
      const [name = ''] = await readdir(join(w.directory, 'inputs/policies'));
      await w.write(`inputs/policies/${name}`, JSON.stringify(lax(w)));
    },
    refused:
      /INPUTS_CHANGED: the accepted policy .*inputs\/policies\/\w+\.json was changed; put it/,
  },
];
