/**
 * A whole extension as an image file, small enough to stand in a config: a squashfs with
 * `/usr/hello-sysext` and what names it. Made by `mksquashfs TREE FILE -all-root -all-time 0 -mkfs-time 0
 * -nopad -no-xattrs` of a tree with that file and `/usr/lib/extension-release.d/extension-release.hello`,
 * which says `ID=_any`.
 */

import type { IgnitionFile } from '../../harness/model/ignition.js';

const image = [
  'aHNxcwYAAAAAAAAAAAACAAEAAAABABEAwAIBAAQAAACgAAAAAAAAAGMBAAAAAAAAWwEAAAAAAAD//////////3IA',
  'AAAAAAAAuwAAAAAAAAAtAQAAAAAAAE0BAAAAAAAASXQgd29ya3MuCklEPV9hbnkKRwB42mNiWMLIAAVMDKiACyyG',
  'kGdFk+MAYkaGt3B5FiRz9ICYGU2eGYnWYtBmYESTZ0SS12MIYmBDk2dDkpdiqGVgB9IAZPQG8l4AeNpjYIAAViBW',
  'AGImBjGG1IqS1LzizPw83aLUnNTE4lS9jNScnHyoSgYWIHYAYkYGISxKUxihypjgNDcDWL9ucWUxUH0CUCMjUDQn',
  'MwlmIkhLA5hmYigtLgIArhwZuRCAYAAAAAAAAAASAAABAAAAABsBAAAAAAAAFgB42mtgQAUJUNoBSitA6QVQGgAx',
  'MAHhNQEAAAAAAAAEgAAAAABVAQAAAAAAAAAA',
  // Zeros to a whole block of 4096 bytes: a loop device has no less, and no half of one.
  `${'AAAA'.repeat(1246)}AA==`,
].join('');

/** What its one file says. Source of the name: flatcar/mantle, kola's sysext.custom-raw. */
export const hello = { path: '/usr/hello-sysext', text: 'It works.' } as const;

/** The image at a path, whose last part has to be `hello.raw`. */
export function helloExtension(path: string): IgnitionFile {
  return { path, mode: 0o644, contents: { source: `data:;base64,${image}` } };
}
