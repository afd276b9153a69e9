// Independent pieces of work on several threads.
#ifndef MQWARDEN_PIPELINE_WORK_ON_THREADS_H_
#define MQWARDEN_PIPELINE_WORK_ON_THREADS_H_

#include <cstddef>
#include <functional>

namespace mqwarden {

// Calls work(0) to work(count - 1), each once, on at most `threads` threads, one of
// them the caller's; below 1 that is 1. Returns when all are done. Pieces may
// differ much in length: each thread takes the next that nobody has.
void WorkOnThreads(size_t count, int threads,
                   const std::function<void(size_t)>& work);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_WORK_ON_THREADS_H_
