// The processor time of the calling thread: on a shared machine it counts what
// was run, and not what others ran in between.
#ifndef MQWARDEN_BENCHMARKS_CPU_CLOCK_H_
#define MQWARDEN_BENCHMARKS_CPU_CLOCK_H_

#include <time.h>

namespace mqwarden::benchmarks {

inline double CpuSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace mqwarden::benchmarks

#endif  // MQWARDEN_BENCHMARKS_CPU_CLOCK_H_
