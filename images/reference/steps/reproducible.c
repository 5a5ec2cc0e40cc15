/* Preloaded into mkfs.btrfs, which takes one of its UUIDs (that of the chunk tree) and the times of
 * its roots from nowhere else: libuuid's generators give the same sequence for the same $UUID_SEED,
 * and the clock stands still at $SOURCE_DATE_EPOCH. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ftw.h>
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

/* A directory that is copied in brings the times of its own making, which no tool can set: whoever
 * walks it is shown the epoch. */
typedef int visit(const char *, const struct stat *, int, struct FTW *);
static visit *visitor;

static int visit_at_epoch(const char *path, const struct stat *found, int type, struct FTW *place) {
  struct stat shown = *found;
  shown.st_atim = shown.st_ctim = (struct timespec){.tv_sec = time(NULL)};
  return visitor(path, &shown, type, place);
}

int nftw(const char *path, visit *visit_one, int descriptors, int flags) {
  int (*original)(const char *, visit *, int, int) = dlsym(RTLD_NEXT, "nftw");
  visitor = visit_one;
  return original(path, visit_at_epoch, descriptors, flags);
}
