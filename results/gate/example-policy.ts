/**
 * A policy to begin with, from the first build to long-term support. `yard gate init` writes it, and
 * docs/policy.example.yaml shows it.
 */

import { stringify } from 'yaml';

/** Public keys in PEM, by what their owners do. */
export type PolicyKeys = Readonly<
  Record<'runners' | 'approvers' | 'canaries' | 'reporters' | 'auditors' | 'gate', NamedKeys>
> & { readonly authors?: NamedKeys };

type NamedKeys = readonly { readonly name: string; readonly key: string }[];

interface Step {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly days: number;
  readonly securityDays: number;
  readonly approvals: number;
  /** Machines in the field that must have had it. */
  readonly canaries: number;
}

const steps: readonly Step[] = [
  {
    from: 'alpha',
    to: 'beta',
    why: 'Two weeks in alpha, and canaries that fare no worse than before.',
    days: 14,
    securityDays: 2,
    approvals: 1,
    canaries: 20,
  },
  {
    from: 'beta',
    to: 'stable',
    why: 'What most machines get: longer, with more machines and two approvals.',
    days: 14,
    securityDays: 2,
    approvals: 2,
    canaries: 100,
  },
  {
    from: 'stable',
    to: 'lts',
    why: 'Kept for years: it has been stable for a month.',
    days: 30,
    securityDays: 7,
    approvals: 2,
    canaries: 100,
  },
];

function rulesOf(step: Step, inventory: string): string {
  return `
      # Every suite is green in every place; a suite that can boot in one way only is named.
      - id: all-suites
        kind: must-pass
        cases: ["**"]
        arches: [amd64]
        platforms: [qemu]
        firmware: [bios, uefi]
        only:
          - { suite: boot/bios, firmware: bios }
          - { suite: boot/uefi, firmware: uefi }
          - { suite: security/secure-boot, firmware: uefi }
        flaky: budget
      # Of the suites that there are; after a new suite: ./yard gate inventory
      - id: inventory
        kind: inventory
        digest: ${inventory}
        excluded: []
      - { id: no-regression, kind: no-regression, p: 0.05, floor: 0.1 }
      - { id: flakes, kind: flake-budget, rate: 0.02, perCase: 0.2, windowDays: 90 }
      # Name the floor versions and the oldest one that is supported, too. The way back is among them
      # (update/manual-rollback); rollback/* is for who can build broken releases. What no run of the update
      # can have on your images or hosts is named in \`excluded\`; anything else that is left out holds it.
      - id: updates
        kind: edges
        from: [previous]
        cases: ["update/*"]
        excluded:
          - suite: update/{offline-refused,other-kernel}
            reason: They want a release that is built for them.
          - suite: update/{back-to-first-slot,skips-a-release,user-state-survives,waits-for-its-reboot}
            reason: They want a release after the candidate.
      - { id: complete, kind: completeness, boots: [qemu, qemu_uefi, qemu_uefi_secure, pxe, iso] }
      - { id: soak, kind: age, days: ${step.days}, securityDays: ${step.securityDays} }
      - { id: canary, kind: canary, instances: ${step.canaries}, hours: 48 }
      - { id: boot-time, kind: performance, metric: boot, ratio: 1.15 }
      - { id: memory, kind: performance, metric: memory, ratio: 1.15 }
      - { id: people, kind: approvals, count: ${step.approvals} }`;
}

/** The YAML text; `inventory` is the digest of the suites that there are. */
export function examplePolicy({
  keys,
  inventory,
}: {
  readonly keys: PolicyKeys;
  readonly inventory: string;
}): string {
  const edges = steps.map((step) => {
    const head = `  # ${step.why}\n  - from: ${step.from}\n    to: ${step.to}\n    mode: rebuild`;
    return `${head}\n    rules:${rulesOf(step, inventory)}`;
  });
  return [
    '# What a release must have shown before it may move on. See docs/gate.md.',
    'schema: 1',
    'edges:',
    ...edges,
    '# Whose word counts, and for what. Nobody should have two of these keys.',
    stringify({ trust: keys }).trimEnd(),
    'evidence:',
    '  maxAgeDays: 30',
    'waivers:',
    '  most: 3',
    '  maxDays: 30',
    '',
  ].join('\n');
}
