/* Copies the data of a sparse file into another file at an offset and leaves the holes alone, so
 * that a partition of gigabytes costs what it holds. Usage: place FILE DISK BYTE-OFFSET. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[1 << 20];

static int copy(int from, int to, off_t start, off_t end, off_t offset) {
  while (start < end) {
    size_t want = end - start < (off_t)sizeof buffer ? (size_t)(end - start) : sizeof buffer;
    ssize_t got = pread(from, buffer, want, start);
    if (got <= 0 || pwrite(to, buffer, got, offset + start) != got) return 1;
    start += got;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int from = open(argv[1], O_RDONLY), to = open(argv[2], O_WRONLY);
  off_t offset = atoll(argv[3]), start = 0, end;
  if (from < 0 || to < 0) return perror("place"), 1;
  while ((start = lseek(from, start, SEEK_DATA)) >= 0) {
    end = lseek(from, start, SEEK_HOLE);
    if (copy(from, to, start, end, offset)) return perror("place"), 1;
    start = end;
  }
  return close(to) != 0;
}
