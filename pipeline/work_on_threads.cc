#include "mqwarden/pipeline/work_on_threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace mqwarden {

void WorkOnThreads(size_t count, int threads,
                   const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto take = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  const auto wanted = static_cast<size_t>(std::max(1, threads));
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(wanted, count); ++i) others.emplace_back(take);
  take();
  for (std::thread& other : others) other.join();
}

}  // namespace mqwarden
