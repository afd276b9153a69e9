#include "mqwarden/pipeline/crew.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace mqwarden {
namespace {

// After which an interrupt is noticed by who waits.
constexpr std::chrono::milliseconds kLook{50};

}  // namespace

Crew::Crew(int threads) {
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

Crew::~Crew() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Crew::Add(Source* source) {
  const std::lock_guard<std::mutex> lock(mutex_);
  entries_.push_back({source});
  changed_.notify_all();
}

void Crew::Remove(Source* source) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto find = [&] {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](const Entry& e) { return e.source == source; });
  };
  find()->is_leaving = true;
  changed_.wait(lock, [&] { return find()->running == 0; });
  entries_.erase(find());
}

void Crew::Wait(std::unique_lock<std::mutex>* lock) {
  changed_.wait_for(*lock, kLook);
}

void Crew::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ended_) {
    std::function<void()> task;
    Source* source = nullptr;
    for (size_t i = 0; i < entries_.size() && !task; ++i) {
      Entry& entry = entries_[next_++ % entries_.size()];
      if (entry.is_leaving) continue;
      task = entry.source->Claim();
      source = entry.source;
      if (task) ++entry.running;
    }
    if (!task) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    task();
    lock.lock();
    for (Entry& entry : entries_) entry.running -= entry.source == source;
    changed_.notify_all();
  }
}

}  // namespace mqwarden
