// The threads of a replay beside the one that evaluates. They do what sources of
// tasks have to offer: reading, decompressing and decoding of pieces (pieces.h).
//
// All of a crew's bookkeeping, its sources' too, stands under one mutex, which is
// taken a few times for a piece of a hundred kilobytes and never while one works.
// That is why the pieces between the threads stand in rings under it and not in
// lock-free ones: with one hand-over for some hundreds of events there is nothing
// to win, and any thread may take any piece.
//
// Thread-safe, but for the destructor.
#ifndef MQWARDEN_PIPELINE_CREW_H_
#define MQWARDEN_PIPELINE_CREW_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mqwarden {

class Crew final {
 public:
  class Source {
   public:
    virtual ~Source() = default;
    // With the mutex held: claims something to do, to be called without it;
    // empty where there is nothing. Before it returns it takes the mutex, puts
    // down what became of it, and wakes the crew.
    virtual std::function<void()> Claim() = 0;
  };

  // `threads` beside the caller's: 0 and more.
  explicit Crew(int threads);
  // Sources have been removed.
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // `source` is not owned. Remove() returns when none of its tasks runs and none
  // will.
  void Add(Source* source);
  void Remove(Source* source);

  std::mutex& mutex() { return mutex_; }
  // With the mutex held: something may have changed for those that wait.
  void Wake() { changed_.notify_all(); }
  // Waits for that, or a little while: an interrupt wakes nobody.
  void Wait(std::unique_lock<std::mutex>* lock);

 private:
  struct Entry {
    Source* source;
    int running = 0;
    bool is_leaving = false;
  };

  void Work();

  std::mutex mutex_;
  std::condition_variable changed_;
  // The rest under mutex_.
  std::vector<Entry> entries_;
  size_t next_ = 0;  // of entries_, to be asked first
  bool ended_ = false;
  std::vector<std::thread> threads_;  // but for this
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_CREW_H_
