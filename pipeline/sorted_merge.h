// The events of many inputs in total order: (time, collector, file, position),
// with more of them than memory holds.
//
// An input is one file, and its events come in the order of the file. Files of
// one collector that have events of the same instant stand in the order of the
// collector's first time, last time and content in them, never of their names or
// of how they were given: the same set of files always gives the same events in
// the same order, with the same sequence numbers.
//
// Events are kept encoded. Over `memory_bytes` the events held are written, as
// one sorted run per input, to one temporary file that has no name; Finish()
// merges all runs. Within a run the order does not depend on the rank of its
// file, which is known only at the end.
//
// Thread-compatible. A failed Status is final.
#ifndef MQWARDEN_PIPELINE_SORTED_MERGE_H_
#define MQWARDEN_PIPELINE_SORTED_MERGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct SortedMergeOptions {
  // Limits.
  // Bytes of encoded events and their index in memory.
  size_t memory_bytes = size_t{512} << 20;
  // Behaviour.
  // Where the temporary file is made, if one is needed.
  std::string temp_folder = "/tmp";
};

class SortedMerge final {
 public:
  explicit SortedMerge(const SortedMergeOptions& options);
  ~SortedMerge();
  SortedMerge(const SortedMerge&) = delete;
  SortedMerge& operator=(const SortedMerge&) = delete;

  // The events added from now on belong to a further input.
  void BeginInput();

  // Takes one event, which must have a time, of the current input. Returns the
  // failure of the temporary file, naming its folder.
  absl::Status Add(const Event& event);

  // Gives every event once, in total order, each with its sequence within its
  // collector, counted from 0. The event's texts are good until `take` returns;
  // `take` may change it. Stops early, with kOk, when `take` returns false.
  // Called once, after the last Add().
  absl::Status Finish(const std::function<bool(Event* event)>& take);

  int64_t events() const { return events_; }
  // Bytes that went to the temporary file.
  int64_t spilled_bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
  int64_t events_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_SORTED_MERGE_H_
