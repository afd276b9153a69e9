// Any bytes as a checkpoint, with a checksum that fits: refused, or loaded into an
// engine that goes on, and whose own checkpoint then loads.
//
// The loader never sees such bytes unless somebody makes them so: a checksum that fits
// is on a checkpoint of ours. All the same nothing that stands in one is trusted.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/tests/fuzz/checkpoint_rules.h"

namespace mqwarden {
namespace {

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

std::unique_ptr<Engine> NewEngine(AlertSink* sink) {
  static const std::shared_ptr<const Plan> plan = CheckpointPlan();
  EngineOptions options;
  options.key_groups = 64;
  auto engine = Engine::Create(plan, options, sink);
  MQWARDEN_CHECK(engine.ok(), "an engine is made");
  return *std::move(engine);
}

void Fuzz(std::string bytes) {
  const Hash128 checksum = HashBytes128(bytes);
  ByteWriter writer(&bytes);
  writer.U64(checksum.lo);
  writer.U64(checksum.hi);
  NoSink sink;
  const auto engine = NewEngine(&sink);
  if (!engine->Restore(bytes).ok()) return;
  (void)engine->stats();
  std::string again;
  engine->Checkpoint(&again);
  MQWARDEN_CHECK(NewEngine(&sink)->Restore(again).ok(),
                 "the checkpoint of what was loaded loads");
  FeedEvents(3, 20, engine.get());
  engine->AdvanceWatermark(Time(std::chrono::seconds(1'800'000'000)));
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mqwarden::Fuzz(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
