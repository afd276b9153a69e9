// The clock of a live run and what it waits for, behind one interface, so that a
// test can move time by hand and a simulation can run a day in a second.
//
// Two clocks: the wall's, which people and remote machines may move either way,
// is only ever compared with times that events carry; the steady one, which only
// goes forward, is what intervals are measured with. No decision about an alert
// reads either.
#ifndef MQWARDEN_PIPELINE_LIVE_MACHINE_H_
#define MQWARDEN_PIPELINE_LIVE_MACHINE_H_

#include <memory>
#include <span>

#include "mqwarden/base/time.h"

namespace mqwarden {

// What is to end a wait: an open descriptor that may be read or written.
struct Interest {
  int descriptor = -1;
  bool readable = false;
  bool writable = false;
};

class Machine {
 public:
  virtual ~Machine() = default;

  virtual Time Wall() = 0;
  // Since an instant of its own.
  virtual Duration Steady() = 0;
  // Returns when one of `interests` holds, when `most` has passed, or when a
  // signal came; it may return early.
  virtual void Wait(std::span<const Interest> interests, Duration most) = 0;
};

// This machine.
std::unique_ptr<Machine> MakePosixMachine();

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_MACHINE_H_
