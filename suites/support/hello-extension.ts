/**
 * A whole extension as an image file, small enough to stand in a config: an ext4 file system of 128 KiB
 * with `/usr/hello-sysext` and what names it, packed by gzip. Made by `mkfs.ext4 -b 1024 -I 256 -N 16 -m 0 -O
 * ^has_journal,^resize_inode,^dir_index -d TREE FILE` of a tree with that file and
 * `/usr/lib/extension-release.d/extension-release.hello`, which says `ID=_any`. Every generation reads ext4,
 * in the initrd as well.
 */

import type { IgnitionFile } from '../../harness/model/ignition.js';

const image = [
  'H4sIAAAAAAACA+3cz2scZRgH8HdmtxCTbRqb1BZKdaGIh9JFT7lYYqWXHiylQUGxSEq3Nu42A9kUraeo6DHe9WKg',
  'J/8FMS09KZR6F/EgPXiwSLE/obDO7G7rJl0NdKXJZj6fMDszyQzvPrPzHZ4NzIQA5NVYOi12lqudedS9Qbk9jXVW',
  'l1ZKtRCazek/o9Z27fXV+410VobS2ZU4hFoxhGTfu88fGD325lfT2z+eSlYP8bSsfQ9ReC2UVtX1/yqnP70KLaa/',
  '3LvFzqNnRGngfDq59EEhnY+n0/5O/reFYutv78yupKm/N/Jv+37/+c/fOoIw2JrNqfDqP6uLTSA30vY87YGjuJLO',
  '28txXKm0e/iJMBzXk8bCgTPJ+bnTodUr/1AoxOcb8y6cMMDSLP96eHnfNyNr8v97oZ1/YGvnf+at37Kv/+FWwfGA',
  'vOX/hfcn78o/yD8g/4D8A/IPyD8g/4D8A/IPyD8wePkvhd73/2wP2f0/pehstV5PDjYuNKofLYyG9v0/9dlTDiAM',
  'eP6Tq6/cOLpQ/jCZrzUqw44J5I07oCG/Rrv6/1JX/78jXf6lMB6nbX91rjGbzB2cr9arM41q5bSLJmyB/n/69omJ',
  'HV35H+3K/1gr/7ujx/Pf+o+AAwgDnv/rk5fuHz1y6L2ZuQu+/QMAAAAAAAAAAAAAAMAmtrRSqj2cntaYb2yC547d',
  'OJy+FHvVX2w9DymEodbr8F9RttkjUXu3vpwZD6Ecdr209nPIyzn349l8Z27/T/mu/9ztfNd/6bt813/zk3zXX7uV',
  '7/pfvJbv+u8ubvx7uJz1Py/36n/isOc/+p/sWTHb+hw7Wc76nwefbWT/87D/e3zswrr937N9jn3nSFb/8fJG1n8x',
  'vQYP9xw7Wrf+nX2O/fYfWf3XZwf185/oc+zlnVn9U19vzvrjdevf1efYrx/K6q99udHn/9ATnv/P9Tn2yTtZ/Se+',
  'yOv3PwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAICt4G/JkM6/AAACAA==',
].join('');

/** What its one file says. Source of the name: flatcar/mantle, kola's sysext.custom-raw. */
export const hello = { path: '/usr/hello-sysext', text: 'It works.' } as const;

/** The image at a path, whose last part has to be `hello.raw`. */
export function helloExtension(path: string): IgnitionFile {
  const source = `data:;base64,${image}`;
  return { path, mode: 0o644, contents: { source, compression: 'gzip' } };
}
