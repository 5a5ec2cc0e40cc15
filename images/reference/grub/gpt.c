/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading, choosing from and rewriting the GUID partition table. The choice follows what Flatcar's
 * boot loader documents: among USR partitions with tries left or marked successful the highest
 * priority wins, the first wins a tie, and a try is taken before the slot boots.
 */
#include "gpt.h"

#define TABLE_SIZE (128 * 128)

/* 5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6 in the table's mixed byte order. */
static const u8 usr_type[16] = {0xf4, 0xf5, 0xfb, 0x5d, 0x48, 0x28, 0xac, 0x4b,
                                0xaa, 0x5e, 0x0d, 0x9a, 0x20, 0xb7, 0x45, 0xa6};

/* Attribute bits 48-51 priority, 52-55 tries, 56 successful; bits are tested in the upper half so
 * that no 64-bit shift helper is needed on i386. */
static u32 upper(const struct gpt_entry *entry) { return ((const u32 *)&entry->attributes)[1]; }
static u32 priority(const struct gpt_entry *entry) { return (upper(entry) >> 16) & 15; }
static u32 tries(const struct gpt_entry *entry) { return (upper(entry) >> 20) & 15; }
static u32 successful(const struct gpt_entry *entry) { return (upper(entry) >> 24) & 1; }

static int equal(const u8 *a, const u8 *b, usize size) {
  while (size--)
    if (*a++ != *b++) return 0;
  return 1;
}

static u32 crc32(const void *data, usize size) {
  const u8 *byte = data;
  u32 crc = ~0u;
  while (size--) {
    crc ^= *byte++;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

static u32 header_crc(struct gpt_header *header) {
  u32 kept = header->crc;
  header->crc = 0;
  u32 crc = crc32(header, header->size);
  header->crc = kept;
  return crc;
}

static int load_copy(struct gpt *gpt, u64 sector) {
  struct gpt_header *header = &gpt->header;
  if (grub_disk_read(gpt->disk, sector, 0, 512, gpt->sector)) return 1;
  if (!equal(header->signature, (const u8 *)"EFI PART", 8)) return 1;
  if (header->size < sizeof *header || header->size > 512) return 1;
  if (header->entry_count != 128 || header->entry_size != 128) return 1;
  if (header->self != sector || header_crc(header) != header->crc) return 1;
  if (grub_disk_read(gpt->disk, header->entries, 0, TABLE_SIZE, gpt->entries)) return 1;
  return crc32(gpt->entries, TABLE_SIZE) != header->entries_crc;
}

static int store_copy(struct gpt *gpt, u64 self, u64 other, u64 entries) {
  struct gpt_header *header = &gpt->header;
  header->self = self;
  header->other = other;
  header->entries = entries;
  header->crc = header_crc(header);
  if (grub_disk_write(gpt->disk, entries, 0, TABLE_SIZE, gpt->entries)) return 1;
  return grub_disk_write(gpt->disk, self, 0, 512, gpt->sector);
}

static u64 last_sector(const struct disk *disk) {
  if (disk->log_sector_size < 9 || disk->log_sector_size > 12) return 0;
  return disk->total_sectors * (1u << (disk->log_sector_size - 9)) - 1;
}

/* Where the damaged header says that the backup is, if that is still readable; else where it must be.
 * The backup is good, so it is not touched before the primary is good as well. */
static int restore_primary(struct gpt *gpt) {
  u64 backup = gpt->header.other;
  grub_errno = 0;
  if (load_copy(gpt, backup)) {
    backup = last_sector(gpt->disk);
    grub_errno = 0;
    if (load_copy(gpt, backup)) return 1;
  }
  grub_printf("The primary GPT is damaged: restored from its backup.\n");
  return store_copy(gpt, 1, backup, 2);
}

/* A backup that can't be written is no reason not to boot. */
static int check_backup(struct gpt *gpt) {
  u64 backup = gpt->header.other;
  u32 entries_crc = gpt->header.entries_crc;
  int damaged = load_copy(gpt, backup) || gpt->header.entries_crc != entries_crc;
  grub_errno = 0;
  if (load_copy(gpt, 1)) return 1;
  if (!damaged) return 0;
  grub_printf("The backup GPT is damaged: restored from the primary.\n");
  store_copy(gpt, backup, 1, backup - TABLE_SIZE / 512);
  grub_errno = 0;
  return load_copy(gpt, 1);
}

int gpt_load(struct gpt *gpt, const char *disk_name) {
  gpt->disk = grub_disk_open(disk_name);
  gpt->entries = grub_malloc(TABLE_SIZE);
  if (!gpt->disk || !gpt->entries) return 1;
  if (load_copy(gpt, 1)) return restore_primary(gpt);
  return check_backup(gpt);
}

int gpt_store(struct gpt *gpt) {
  u64 backup = gpt->header.other;
  gpt->header.entries_crc = crc32(gpt->entries, TABLE_SIZE);
  if (store_copy(gpt, backup, 1, backup - TABLE_SIZE / 512)) return 1;
  return store_copy(gpt, 1, backup, 2);
}

void gpt_release(struct gpt *gpt) {
  if (gpt->disk) grub_disk_close(gpt->disk);
  if (gpt->entries) grub_free(gpt->entries);
}

int gpt_choose(const struct gpt *gpt) {
  int best = -1;
  for (int i = 0; i < 128; i++) {
    const struct gpt_entry *entry = &gpt->entries[i];
    if (!equal(entry->type, usr_type, 16) || !(tries(entry) || successful(entry))) continue;
    if (best < 0 || priority(entry) > priority(&gpt->entries[best])) best = i;
  }
  return best;
}

int gpt_take_try(struct gpt_entry *entry) {
  if (!tries(entry)) return 0;
  ((u32 *)&entry->attributes)[1] -= 1u << 20;
  return 1;
}
