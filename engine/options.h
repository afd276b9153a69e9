// Limits and behaviour of an engine.
#ifndef MQWARDEN_ENGINE_OPTIONS_H_
#define MQWARDEN_ENGINE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "mqwarden/base/time.h"

namespace mqwarden {

class Observer;

// A limit of 0 is rejected by Engine::Create(); it never means "unlimited".
struct EngineOptions {
  // Limits.
  // Entries that the window of one key may hold. At the bound its oldest entries
  // leave early: counts go on as a lower bound, nothing that more events could
  // have made false fires, and the key is counted as saturated.
  int64_t window_events = 65536;
  // About the bytes that all keys with their windows, tuples and sequences may take,
  // in even shares of the rules that have any, and of their key groups. At its share a
  // group gives up the keys least able to fire, as at `keys`; see
  // RuleStats::keys_evicted. At least kMinStateBytes. Without it `keys` alone holds.
  static constexpr int64_t kMinStateBytes = int64_t{64} << 10;
  std::optional<int64_t> state_bytes;

  // Behaviour.
  // When the input begins: values of `absent` that were never seen count from
  // it. Without it from the first event.
  std::optional<Time> start;
  // Shards of the keyed state, 64 to 32,768; part of the state's identity.
  int32_t key_groups = 256;
  // Seed of the keyed hash that spreads keys over groups and tables. Results
  // never depend on it.
  uint64_t hash_seed = 0;
  // Told of decisions, for tools that watch tests; outlives the engine. Null in
  // every other use, which then pays nothing.
  Observer* observer = nullptr;

  // Performance.
  // Called with each large block of memory that the engine takes for the state of
  // millions of keys, aligned to two megabytes; a host may ask the system for huge
  // pages there. Null: nothing is done.
  void (*on_large_block)(void* block, size_t bytes) = nullptr;

  // A steady clock in nanoseconds, by which the engine says what each rule costs
  // (Engine::profile()); one event in some sixty is timed. Null: it counts alone.
  // Results never depend on it.
  int64_t (*profile_clock)() = nullptr;

  // Asks every rule of an event's kind instead of looking up those that it may be
  // for; the results must be the same, and tests see that they are.
  bool test_only_without_index = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_OPTIONS_H_
