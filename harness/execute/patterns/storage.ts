/**
 * Patterns of broken storage: corrupted verity devices and file systems, blocks that can't be read.
 */

import type { LogPattern } from '../../model/log-pattern.js';

const common = { phase: 'kernel', sources: ['console', 'journal'] } as const;

export const storagePatterns: readonly LogPattern[] = [
  {
    ...common,
    name: 'verity-corruption',
    pattern:
      /device-mapper: verity: .*(?:corrupted|mismatch|maximum errors)|dm-verity device .*corrupted|Verity device detected corruption|verity: Root hash verification failed/,
    severity: 'fatal',
    code: 'VERITY_CORRUPTION',
    speakers: ['kernel', 'systemd-veritysetup', 'veritysetup'],
    wording:
      'Linux drivers/md/dm-verity-target.c, dm-verity-verify-sig.c; cryptsetup lib/libdevmapper.c',
    examples: [
      'device-mapper: verity: 254:3: metadata block 2 is corrupted',
      '[   31.7] device-mapper: verity: 254:3: data block 12 is corrupted',
      'device-mapper: verity: 254:3: reached maximum errors',
      'Verity device detected corruption after activation.',
      'device-mapper: table: 254:3: verity: Root hash verification failed',
    ],
  },
  {
    ...common,
    name: 'filesystem-error',
    pattern:
      /EXT4-fs error \(|EXT4-fs \(\S+\): Remounting filesystem read-only|Aborting journal on device |BTRFS(?:: | )(?:critical|error)|BTRFS.*Transaction aborted|XFS \(\S+\): .*(?:[Cc]orruption|[Ss]hut(?:ting )?down|Internal error)|\bEROFS: .*(?:corrupted|bogus)|erofs.*: (?:error|corrupted)|SQUASHFS error: /,
    severity: 'fatal',
    code: 'FILESYSTEM_ERROR',
    speakers: ['kernel'],
    wording:
      'Linux fs/ext4/super.c, fs/jbd2/journal.c, fs/btrfs/messages.c, fs/xfs/xfs_fsops.c, fs/erofs/super.c, fs/squashfs/',
    examples: [
      'EXT4-fs error (device vda9): ext4_lookup:1855: inode #2: comm ls: iget: checksum invalid',
      'EXT4-fs (vda9): Remounting filesystem read-only',
      'Aborting journal on device vda9-8.',
      'BTRFS error (device vda6): bdev /dev/vda6 errs: wr 0, rd 1, flush 0, corrupt 0, gen 0',
      'BTRFS critical (device vda6): corrupt leaf: root=5 block=30457856 slot=0',
      'BTRFS: error (device vda6: state A) in btrfs_run_delayed_refs:2160: errno=-5 IO failure',
      'XFS (vda9): Metadata corruption detected at xfs_agf_read_verify+0x12c/0x140',
      'XFS (vda9): Internal error XFS_WANT_CORRUPTED_GOTO at line 1599',
      'SQUASHFS error: zlib decompression failed, data probably corrupt',
    ],
  },
  {
    ...common,
    name: 'checksum-error',
    pattern:
      /BTRFS warning .*(?:csum failed|checksum (?:error|verify failed))|EXT4-fs warning .*checksum/,
    severity: 'finding',
    code: 'FILESYSTEM_ERROR',
    speakers: ['kernel'],
    wording: 'Linux fs/btrfs/inode.c, fs/ext4/; a copy elsewhere may have been good',
    examples: ['BTRFS warning (device vda6): csum failed root 5 ino 257 off 0 csum 0x98f94189'],
  },
  {
    ...common,
    name: 'block-error',
    pattern: /\bI\/O error, dev \w+, sector \d+|Buffer I\/O error on dev/,
    severity: 'note',
    code: 'BLOCK_ERROR',
    speakers: ['kernel'],
    wording:
      "Linux block/blk-mq.c, fs/buffer.c; of a virtual disk it is the host's or verity's doing",
    examples: [
      'I/O error, dev vda, sector 2048 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2',
      'Buffer I/O error on dev dm-0, logical block 12, async page read',
    ],
  },
  {
    ...common,
    name: 'disk-full',
    pattern: /\bNo space left on device\b/,
    phase: 'units',
    severity: 'note',
    code: 'DISK_FULL',
    wording: "the C library's text of ENOSPC; suites fill file systems on purpose",
    examples: ['systemd-journald[210]: Failed to write entry: No space left on device'],
  },
];
