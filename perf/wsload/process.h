// Clocks, and what the kernel knows about the server.
#pragma once
#include <sys/resource.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

inline uint64_t nanoseconds(clockid_t clock) {
  timespec t;
  if (clock_gettime(clock, &t)) return 0;
  return static_cast<uint64_t>(t.tv_sec) * 1000000000ull + static_cast<uint64_t>(t.tv_nsec);
}
inline uint64_t now() { return nanoseconds(CLOCK_MONOTONIC); }

// Processor time of a process, all threads, user and kernel: in nanoseconds, where /proc counts ticks of 10 ms.
inline uint64_t processor_time(int pid) {
  clockid_t clock;
  return pid > 0 && clock_getcpuclockid(pid, &clock) == 0 ? nanoseconds(clock) : 0;
}
inline uint64_t own_processor_time() { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }

// KiB of the process that are in memory; 0 when it is gone.
inline long resident_kib(int pid) {
  if (pid <= 0) return 0;
  char name[64], line[256];
  snprintf(name, sizeof name, "/proc/%d/status", pid);
  FILE *file = fopen(name, "r");
  if (!file) return 0;
  long kib = 0;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "VmRSS:", 6)) kib = atol(line + 6);
  fclose(file);
  return kib;
}
