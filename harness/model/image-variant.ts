/**
 * How a build of the reference image departs from the sound one. Used to make newer versions and
 * images that are broken on purpose, so that each suite is seen to fail.
 */

/** A file to put into a variant; `path` is relative to `/usr`, without a leading slash. */
export interface VariantFile {
  readonly path: string;
  readonly contents: string;
  /** Octal text such as `0644`. */
  readonly mode: string;
}

/** GPT attributes of a USR slot as `cgpt` shows them: priority and tries 0 to 15, successful 0 or 1. */
export interface SlotAttributes {
  readonly priority: number;
  readonly tries: number;
  readonly successful: 0 | 1;
}

/** A named departure; what is not stated is as in the sound image. */
export interface ReferenceVariant {
  /** Short kebab-case, part of the built image's name. */
  readonly name: string;
  /** Paths relative to `/usr`; defaults of `/etc` are under `share/flatcar/etc`. */
  readonly removeFiles?: readonly string[];
  readonly addFiles?: readonly VariantFile[];
  /** Words of the kernel command line: removed first (whole words, or `key=` for any value). */
  readonly kernelArgs?: {
    readonly append?: readonly string[];
    readonly remove?: readonly string[];
  };
  readonly slotAttributes?: { readonly a?: SlotAttributes; readonly b?: SlotAttributes };
  /** Whether `/usr` is mounted through dm-verity. */
  readonly verity?: 'on' | 'off';
  /** Fields of os-release to set instead of the sound image's. */
  readonly osRelease?: Readonly<Record<string, string>>;
  /** Paths on the EFI system partition that are left out. */
  readonly espRemove?: readonly string[];
}
