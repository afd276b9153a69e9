// Writes the corpus of checkpoint_fuzzer: checkpoints of an engine with few and with
// many events behind it, without their checksums.
//   bazel run //tests/fuzz:write_checkpoint_corpus -- "$PWD/tests/fuzz/checkpoint_corpus"
#include <cstdio>
#include <fstream>
#include <string>

#include "mqwarden/base/check.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/tests/fuzz/checkpoint_rules.h"

namespace mqwarden {
namespace {

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

void Write(const std::string& folder, const std::string& name, uint64_t seed,
           int events) {
  NoSink sink;
  EngineOptions options;
  options.key_groups = 64;
  auto engine = Engine::Create(CheckpointPlan(), options, &sink);
  MQWARDEN_CHECK(engine.ok(), "an engine is made");
  FeedEvents(seed, events, engine->get());
  std::string bytes;
  (*engine)->Checkpoint(&bytes);
  bytes.resize(bytes.size() - 16);
  std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
}

}  // namespace
}  // namespace mqwarden

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_checkpoint_corpus FOLDER\n");
    return 1;
  }
  mqwarden::Write(argv[1], "empty", 1, 0);
  mqwarden::Write(argv[1], "one_event", 1, 1);
  mqwarden::Write(argv[1], "few_events", 2, 12);
  mqwarden::Write(argv[1], "many_events", 3, 120);
  mqwarden::Write(argv[1], "other_events", 4, 60);
  return 0;
}
