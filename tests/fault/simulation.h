// A whole live run under one seed: sources that grow and are rotated, a disk that loses
// power and fails, clocks that jump, a peer that comes and goes, rules that are read
// again, and the engine; through as many lives as it takes.
#ifndef MQWARDEN_TESTS_FAULT_SIMULATION_H_
#define MQWARDEN_TESTS_FAULT_SIMULATION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {

struct SimulationOptions {
  uint64_t seed = 1;
  std::vector<std::string> events;  // lines of NDJSON; fault_stream.h
  // What befalls operation `number` of the disk, counted from the first life on; empty:
  // nothing.
  SimDisk::Plan faults;
  // An operation of the disk that only pretends; SimDisk::set_pretended().
  std::optional<DiskOperation> pretended;
  // Random kills, power cuts, errors, restarts, rotations, clocks that jump, reloads
  // and damaged checkpoints.
  bool games = false;
  Duration checkpoint_every = std::chrono::seconds(1);
  int64_t max_file_bytes = 0;  // of the alert file; 0: it is never cut
};

struct SimulationResult {
  std::string failure;  // what went wrong that may not; "" when nothing did
  std::string alerts;   // all bytes of the alert files, in their order
  // What the peer was sent, in order, and without what had come before.
  std::vector<std::string> received;
  int64_t lives = 0;
  int64_t repeats = 0;    // records that the peer got once more
  int64_t damaged = 0;    // checkpoints that were passed over
  int64_t operations = 0;
  std::vector<std::string> errors;  // with which lives ended
};

SimulationResult Simulate(const SimulationOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FAULT_SIMULATION_H_
