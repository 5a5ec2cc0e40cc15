/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A GRUB module with the commands that Flatcar's boot path needs and a stock GRUB lacks.
 *
 *   flatrepair DISK  writes a damaged copy of the GPT of DISK anew from the other one.
 *   flatslot DISK    chooses the USR slot by the GPT attributes of DISK, takes a try, and sets
 *                    slot_number and slot_uuid. Fails and sets nothing if no slot may boot.
 *   slotfile FILE    reads what the builder wrote into a slot's kernel file: the verity root hash
 *                    (64 hex digits at HASH_OFFSET) into slot_hash, and the blocks of the initrd that
 *                    follows the kernel into slot_initrd, as a GRUB block list.
 */
#include "gpt.h"

#define HASH_LENGTH 64
#define INITRD_OFFSET (HASH_OFFSET + HASH_LENGTH)
#define PREFIX_SIZE (INITRD_OFFSET + 16)

static const char license[] __attribute__((section(".module_license"), used)) = "LICENSE=GPLv3+";
static const char name[] __attribute__((section(".modname"), used)) = "flatslot";
static const char needs[] __attribute__((section(".moddeps"), used)) = "disk";

static struct grub_command *repair_command, *slot_command, *file_command;

static char *put_decimal(char *out, u32 value) {
  char digits[10];
  int count = 0;
  do digits[count++] = '0' + value % 10;
  while (value /= 10);
  while (count) *out++ = digits[--count];
  *out = 0;
  return out;
}

/* Textual GUID: the first three groups are stored little-endian. */
static void put_guid(char *out, const u8 *guid) {
  static const u8 order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    *out++ = "0123456789abcdef"[guid[order[i]] >> 4];
    *out++ = "0123456789abcdef"[guid[order[i]] & 15];
  }
  *out = 0;
}

static void publish(int index, const struct gpt_entry *entry) {
  char text[37];
  put_decimal(text, index + 1);
  grub_env_set("slot_number", text);
  put_guid(text, entry->guid);
  grub_env_set("slot_uuid", text);
}

static int choose_slot(struct gpt *gpt, const char *disk) {
  if (gpt_load(gpt, disk)) return 1;
  int index = gpt_choose(gpt);
  if (index < 0) return 1;
  if (gpt_take_try(&gpt->entries[index]) && gpt_store(gpt)) return 1;
  publish(index, &gpt->entries[index]);
  return 0;
}

static int run_repair(struct grub_command *command, int argc, char **argv) {
  (void)command;
  struct gpt gpt;
  if (argc != 1) return 1;
  int failed = gpt_load(&gpt, argv[0]);
  gpt_release(&gpt);
  return failed;
}

static int run_slot(struct grub_command *command, int argc, char **argv) {
  (void)command;
  struct gpt gpt;
  if (argc != 1) return 1;
  int failed = choose_slot(&gpt, argv[0]);
  gpt_release(&gpt);
  if (failed) grub_printf("Reading or updating the GPT failed!\n");
  return failed;
}

static void publish_file(u8 *prefix) {
  char blocks[24];
  const u32 *range = (const u32 *)(prefix + INITRD_OFFSET + 8);
  char *end = put_decimal(blocks, range[0]);
  *end++ = '+';
  put_decimal(end, range[1]);
  grub_env_set("slot_initrd", blocks);
  prefix[HASH_OFFSET + HASH_LENGTH] = 0;
  grub_env_set("slot_hash", (const char *)prefix + HASH_OFFSET);
}

static int run_file(struct grub_command *command, int argc, char **argv) {
  (void)command;
  u8 prefix[PREFIX_SIZE];
  void *file = argc == 1 ? grub_file_open(argv[0], FILE_RAW) : 0;
  if (!file) return 1;
  ssize got = grub_file_read(file, prefix, sizeof prefix);
  grub_file_close(file);
  if (got != sizeof prefix) return 1;
  publish_file(prefix);
  return 0;
}

static void __attribute__((used)) grub_mod_init(void) {
  repair_command =
      grub_register_command_prio("flatrepair", run_repair, "DISK", "Repair the GPT.", 0);
  slot_command = grub_register_command_prio("flatslot", run_slot, "DISK", "Choose the USR slot.", 0);
  file_command = grub_register_command_prio("slotfile", run_file, "FILE", "Read a slot's kernel.", 0);
}

static void __attribute__((used)) grub_mod_fini(void) {
  grub_unregister_command(repair_command);
  grub_unregister_command(slot_command);
  grub_unregister_command(file_command);
}
