/* Opens the slot for the initrd: finds the partition by its GUID, reads the verity superblock and
 * gives both to device-mapper with the root hash of the kernel command line. Static and small, since
 * it and its libraries would be the greater part of the initrd. It does what
 * `veritysetup --panic-on-corruption --hash-offset=OFFSET open DEVICE usr DEVICE HASH` does.
 *
 * Usage: open-slot PARTUUID HASH-OFFSET ROOT-HASH
 * Prints the partition, its disk and the disk's GUID. Exit 1: not found (yet). Exit 2: can't open. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The superblock of cryptsetup's verity format, version 1. */
struct superblock {
  uint8_t signature[8];
  uint32_t version, hash_type;
  uint8_t uuid[16], algorithm[32];
  uint32_t data_block, hash_block;
  uint64_t data_blocks;
  uint16_t salt_size;
  uint8_t unused[6], salt[256], rest[168];
} __attribute__((packed));

struct slot {
  char disk[264], partition[280], disk_guid[37];
};

static void format_guid(char *out, const uint8_t *g) {
  sprintf(out, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", g[3], g[2],
          g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]);
}

static char *hex(char *out, const uint8_t *bytes, int count) {
  for (int i = 0; i < count; i++) sprintf(out + 2 * i, "%02x", bytes[i]);
  return out;
}

static int read_table(const char *path, uint8_t *table) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 1;
  int bad = pread(fd, table, 34 * 512, 0) != 34 * 512 || memcmp(table + 512, "EFI PART", 8);
  close(fd);
  return bad;
}

static int look_at(const char *name, const char *wanted, struct slot *slot) {
  static uint8_t table[34 * 512];
  char guid[37];
  snprintf(slot->disk, sizeof slot->disk, "/dev/%s", name);
  if (read_table(slot->disk, table)) return 0;
  for (int i = 0; i < 128; i++) {
    format_guid(guid, table + 1024 + i * 128 + 16);
    if (strcasecmp(guid, wanted)) continue;
    const char *joint = strchr("0123456789", slot->disk[strlen(slot->disk) - 1]) ? "p" : "";
    snprintf(slot->partition, sizeof slot->partition, "%s%s%d", slot->disk, joint, i + 1);
    format_guid(slot->disk_guid, table + 512 + 56);
    return 1;
  }
  return 0;
}

static int find_slot(const char *wanted, struct slot *slot) {
  DIR *directory = opendir("/sys/block");
  struct dirent *entry;
  while (directory && (entry = readdir(directory)))
    if (entry->d_name[0] != '.' && look_at(entry->d_name, wanted, slot)) return 0;
  return 1;
}

static int read_superblock(const char *partition, uint64_t offset, struct superblock *block) {
  int fd = open(partition, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || pread(fd, block, sizeof *block, offset) != sizeof *block) return 1;
  close(fd);
  return memcmp(block->signature, "verity\0\0", 8) || block->version != 1 || block->salt_size > 256;
}

static int control(int fd, unsigned long request, struct dm_ioctl *io, uint32_t flags) {
  io->flags = flags;
  io->data_size = 16384;
  int failed = ioctl(fd, request, io);
  io->dev = 0; /* the answer has all three; the next request must have the name alone */
  io->uuid[0] = 0;
  return failed;
}

static int activate(const struct slot *slot, const struct superblock *block, uint64_t offset,
                    const char *root_hash) {
  static char buffer[16384], uuid[33], salt[513];
  struct dm_ioctl *io = (struct dm_ioctl *)buffer;
  struct stat info;
  int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
  if (fd < 0 || stat(slot->partition, &info)) return 1;
  io->version[0] = DM_VERSION_MAJOR;
  io->data_start = sizeof *io;
  strcpy(io->name, "usr");
  snprintf(io->uuid, sizeof io->uuid, "CRYPT-VERITY-%s-usr", hex(uuid, block->uuid, 16));
  if (control(fd, DM_DEV_CREATE, io, DM_READONLY_FLAG)) return 1;
  struct dm_target_spec *target = (struct dm_target_spec *)(buffer + sizeof *io);
  io->target_count = 1;
  target->length = block->data_blocks * (block->data_block / 512);
  strcpy(target->target_type, "verity");
  sprintf((char *)(target + 1), "1 %u:%u %u:%u %u %u %llu %llu %s %s %s 1 panic_on_corruption",
          major(info.st_rdev), minor(info.st_rdev), major(info.st_rdev), minor(info.st_rdev),
          block->data_block, block->hash_block, (unsigned long long)block->data_blocks,
          (unsigned long long)(offset / block->hash_block + 1), block->algorithm, root_hash,
          block->salt_size ? hex(salt, block->salt, block->salt_size) : "-");
  if (control(fd, DM_TABLE_LOAD, io, DM_READONLY_FLAG)) return 1;
  if (control(fd, DM_DEV_SUSPEND, io, 0)) return 1;
  return symlink("../dm-0", "/dev/mapper/usr");
}

int main(int argc, char **argv) {
  struct slot slot;
  struct superblock block;
  if (argc != 4) return 2;
  uint64_t offset = strtoull(argv[2], 0, 10);
  if (find_slot(argv[1], &slot)) return 1;
  printf("%s %s %s\n", slot.partition, slot.disk, slot.disk_guid);
  if (read_superblock(slot.partition, offset, &block)) return 2;
  return activate(&slot, &block, offset, argv[3]) ? 2 : 0;
}
