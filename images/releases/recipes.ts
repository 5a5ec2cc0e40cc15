/**
 * The releases that follow the reference image: two good ones, and those that must not hold. What is
 * broken about a release is stated here, and nowhere else.
 */

import type { AddedFile, Variant } from '../reference/build-options.js';
import type { SlotEdit } from './slot-edits.js';

/** How a release is made. */
export type ReleaseRecipe = {
  readonly version: string;
  /** What it is for. */
  readonly describes: string;
  /** Which of the two keys under images/reference/keys signs it. Default the one that machines trust. */
  readonly signedBy?: 'foreign';
} & (
  | { readonly kind: 'built'; readonly variant: Omit<Variant, 'name'> }
  /** Another release's slot with a change that needs no build. */
  | { readonly kind: 'edited'; readonly of: string; readonly edit?: SlotEdit }
);

/** The recipe with more differences: what it has itself stays. */
export function changedRecipe(
  recipe: ReleaseRecipe,
  change: Omit<Variant, 'name'>,
): ReleaseRecipe & { readonly kind: 'built' } {
  const own = recipe.kind === 'built' ? recipe.variant : {};
  const variant = {
    ...own,
    ...change,
    addFiles: [...(own.addFiles ?? []), ...(change.addFiles ?? [])],
    removeFiles: [...(own.removeFiles ?? []), ...(change.removeFiles ?? [])],
  };
  const { version, describes, signedBy } = recipe;
  return { version, describes, ...(signedBy && { signedBy }), kind: 'built', variant };
}

/** A unit of the operating system that every boot wants. */
function wantedUnit(
  name: string,
  lines: readonly string[],
  target: 'multi-user' | 'sysinit' = 'multi-user',
): readonly AddedFile[] {
  const unit = `lib/systemd/system/${name}.service`;
  const wants = `lib/systemd/system/${target}.target.d/10-${name}.conf`;
  return [
    { path: unit, mode: 0o644, contents: `${lines.join('\n')}\n` },
    { path: wants, mode: 0o644, contents: `[Unit]\nWants=${name}.service\n` },
  ];
}

const failingUnit = ['[Service]', 'Type=oneshot', 'ExecStart=/usr/bin/false'];
const hangingUnit = [
  ...['[Unit]', 'Before=multi-user.target'],
  ...['[Service]', 'Type=oneshot', 'TimeoutStartSec=infinity', 'ExecStart=/usr/bin/sleep infinity'],
];

const early = ['DefaultDependencies=no', 'Before=sysinit.target'];
const earlyHangingUnit = hangingUnit.flatMap((line) => (/^Before=/.test(line) ? early : [line]));

const newDefault: AddedFile = {
  path: 'share/flatcar/etc/harbour.conf',
  mode: 0o644,
  contents: 'berths = 7\n',
};

/** By the name that suites ask for. Versions of broken ones are before that of `next-next`. */
export const releaseRecipes: Readonly<Record<string, ReleaseRecipe>> = {
  next: {
    kind: 'built',
    version: '10000.0.0',
    describes: 'a good release',
    variant: {},
  },
  'next-next': {
    kind: 'built',
    version: '10001.0.0',
    describes: 'the good release after that, with another default in /etc',
    variant: { addFiles: [newDefault] },
  },
  'other-kernel': {
    kind: 'built',
    version: '10000.0.8',
    describes: 'a good release with a kernel of another flavour',
    variant: { kernel: 'other' },
  },
  'no-init': {
    kind: 'built',
    version: '10000.0.1',
    describes: 'its /usr has no systemd',
    variant: { removeFiles: ['lib/systemd/systemd'] },
  },
  'unit-fails': {
    kind: 'built',
    version: '10000.0.2',
    describes: 'boots, and a unit of the operating system fails',
    variant: { addFiles: wantedUnit('broken', failingUnit) },
  },
  hangs: {
    kind: 'built',
    version: '10000.0.3',
    describes: 'boots, and never gets as far as multi-user.target',
    variant: { addFiles: wantedUnit('endless', hangingUnit) },
  },
  'hangs-early': {
    kind: 'built',
    version: '10000.0.9',
    describes: 'never gets as far as the basic system',
    variant: { addFiles: wantedUnit('endless', earlyHangingUnit, 'sysinit') },
  },
  'wrong-usr-hash': {
    kind: 'edited',
    of: 'next',
    version: '10000.0.4',
    describes: 'its kernel expects another /usr',
    edit: 'other-root-hash',
  },
  panics: {
    kind: 'edited',
    of: 'next',
    version: '10000.0.5',
    describes: 'its kernel finds no initrd, and panics',
    edit: 'blank-initrd',
  },
  'too-large': {
    kind: 'edited',
    of: 'next',
    version: '10000.0.6',
    describes: 'its /usr is larger than a slot',
    edit: 'larger-than-slot',
  },
  'foreign-key': {
    kind: 'edited',
    of: 'next',
    version: '10000.0.7',
    describes: 'signed with a key that no machine trusts',
    signedBy: 'foreign',
  },
};
