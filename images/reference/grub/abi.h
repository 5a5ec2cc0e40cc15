/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The few functions of GRUB 2.12's module interface that the slot chooser calls, declared here so
 * that the module builds with a plain compiler and without GRUB's source tree. Names and types are
 * those of the public headers grub/{disk,file,env,command,mm,misc}.h.
 */
#ifndef SWITCHYARD_GRUB_ABI_H
#define SWITCHYARD_GRUB_ABI_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long usize; /* grub_size_t: as wide as a pointer */
typedef long ssize;          /* grub_ssize_t */

struct grub_command;
typedef int (*command_function)(struct grub_command *command, int argc, char **argv);

/* The beginning of struct grub_disk; `total_sectors` are sectors of the medium, not of 512 bytes. */
struct disk {
  const char *name;
  void *device;
  u64 total_sectors;
  u32 log_sector_size;
};

/* What went wrong last. A read reports it again, so it must be cleared before the next attempt. */
extern int grub_errno;

/* kern/disk.c and the module "disk"; sectors are 512 bytes whatever the medium has. */
extern struct disk *grub_disk_open(const char *name);
extern void grub_disk_close(void *disk);
extern int grub_disk_read(void *disk, u64 sector, u64 offset, usize size, void *buffer);
extern int grub_disk_write(void *disk, u64 sector, u64 offset, usize size, const void *buffer);

/* kern/file.c; FILE_RAW is GRUB_FILE_TYPE_LOOPBACK | GRUB_FILE_TYPE_NO_DECOMPRESS. */
#define FILE_RAW (2 | 0x20000)
extern void *grub_file_open(const char *name, int type);
extern ssize grub_file_read(void *file, void *buffer, usize size);
extern int grub_file_close(void *file);

extern int grub_env_set(const char *name, const char *value);
extern void *grub_malloc(usize size);
extern void grub_free(void *pointer);
extern int grub_printf(const char *format, ...);
extern struct grub_command *grub_register_command_prio(const char *name, command_function function,
                                                       const char *summary,
                                                       const char *description, int priority);
extern void grub_unregister_command(struct grub_command *command);

#endif
