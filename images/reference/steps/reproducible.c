/* Preloaded into mkfs.btrfs, which takes one of its UUIDs (that of the chunk tree) and the times of
 * its roots from nowhere else: libuuid's generators give the same sequence for the same $UUID_SEED,
 * and the clock stands still at $SOURCE_DATE_EPOCH. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

static uint64_t state;

/* FNV-1a over the seed, then splitmix64: any well spread sequence serves. */
static uint64_t next(void) {
  if (state == 0) {
    const char *seed = getenv("UUID_SEED");
    state = 0xcbf29ce484222325u;
    for (; seed && *seed; seed++) state = (state ^ (unsigned char)*seed) * 0x100000001b3u;
  }
  uint64_t mixed = state += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

void uuid_generate_random(unsigned char out[16]) {
  for (int half = 0; half < 2; half++) {
    uint64_t bits = next();
    for (int byte = 0; byte < 8; byte++) out[half * 8 + byte] = bits >> (8 * byte);
  }
  out[6] = (out[6] & 0x0f) | 0x40;
  out[8] = (out[8] & 0x3f) | 0x80;
}

void uuid_generate(unsigned char out[16]) { uuid_generate_random(out); }

time_t time(time_t *out) {
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  time_t now = epoch ? atoll(epoch) : 0;
  if (out) *out = now;
  return now;
}

int gettimeofday(struct timeval *out, void *zone) {
  (void)zone;
  out->tv_sec = time(NULL);
  out->tv_usec = 0;
  return 0;
}

/* A directory that is copied in brings the times of its own making, which no tool can set. */
static int at_epoch(int status, struct stat *out) {
  if (status == 0) out->st_atim = out->st_ctim = (struct timespec){.tv_sec = time(NULL)};
  return status;
}

int stat(const char *path, struct stat *out) {
  return at_epoch(fstatat(AT_FDCWD, path, out, 0), out);
}

int lstat(const char *path, struct stat *out) {
  return at_epoch(fstatat(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW), out);
}
