/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of the GUID partition table that the slot chooser needs (UEFI specification, chapter 5),
 * and the slot attributes that Flatcar keeps in it.
 */
#ifndef SWITCHYARD_GPT_H
#define SWITCHYARD_GPT_H

#include "abi.h"

struct gpt_header {
  u8 signature[8];
  u32 revision, size, crc, reserved;
  u64 self, other, first_usable, last_usable;
  u8 disk_guid[16];
  u64 entries;
  u32 entry_count, entry_size, entries_crc;
} __attribute__((packed));

struct gpt_entry {
  u8 type[16], guid[16];
  u64 first, last, attributes;
  u8 name[72];
} __attribute__((packed));

/* A table in memory: `header` is one whole sector, `entries` are `entry_count` packed records. */
struct gpt {
  struct disk *disk;
  union {
    struct gpt_header header;
    u8 sector[512];
  };
  struct gpt_entry *entries;
};

/* Reads the table. A copy that is damaged or out of date is written anew from the other: nothing else
 * of the boot reads the backup. 0 on success. */
int gpt_load(struct gpt *gpt, const char *disk_name);
/* Rewrites both copies, backup first: at every moment one of them is valid. 0 on success. */
int gpt_store(struct gpt *gpt);
void gpt_release(struct gpt *gpt);
/* Index of the slot to boot, or -1. */
int gpt_choose(const struct gpt *gpt);
/* Takes one try from the slot if it has any. Returns whether the table changed. */
int gpt_take_try(struct gpt_entry *entry);

#endif
