// Embeds mqwarden: compiles the shipped rules, runs them over a shipped log, and
// prints the alerts.
//
//   tools/bazel run -c opt //examples:quickstart
//
// The log is one day of an invented estate (estate_log.h): some 4,000 events as
// `amqsevt -o json` prints them. It is in order of time, so that every event goes
// straight from the reader to the engine; mqwarden/pipeline/runner.h sorts.

#include <unistd.h>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/mqwarden.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/sinks/fan_out.h"
#include "mqwarden/sinks/text_sink.h"

namespace {

class RuleCounter final : public mqwarden::AlertSink {
 public:
  void OnAlert(const mqwarden::Alert& alert) override { ++alerts[alert.rule]; }
  std::map<std::string, int> alerts;
};

int Fail(int code, std::string_view why) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
  return code;
}

int Run() {
  // Rules: text to an immutable plan. The author's mistakes are diagnostics.
  const std::vector<std::string> paths = {"rules/pack"};
  auto sources = mqwarden::ReadRuleFiles(paths);
  if (!sources.ok()) return Fail(3, sources.status().ToString());
  mqwarden::DiskFileReader files;
  const mqwarden::CompileResult rules = mqwarden::CompileRules(*sources, &files, {});
  if (rules.plan == nullptr) {
    return Fail(2, mqwarden::RenderText(rules.diagnostics, {}));
  }

  // Alerts: printed for people, and counted.
  mqwarden::TextSink text(
      [](std::string_view bytes) {
        return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()
                   ? absl::OkStatus()
                   : absl::UnavailableError("cannot write to standard output");
      },
      {});
  RuleCounter counter;
  mqwarden::FanOut sink({&text, &counter});

  // The engine: events in, alerts out.
  auto engine = mqwarden::Engine::Create(rules.plan, {}, &sink);
  if (!engine.ok()) return Fail(3, engine.status().ToString());
  mqwarden::Time last;
  mqwarden::IngestStats read;
  const absl::Status status = mqwarden::ReadInput(
      "examples/logs/estate.json.gz", {},
      [&](mqwarden::Event& event) {
        if (event.Has(mqwarden::FieldId::kTime)) last = event.time();
        (*engine)->Process(&event);
      },
      &read);
  if (!status.ok()) return Fail(3, status.ToString());
  (*engine)->AdvanceWatermark(last);

  std::printf("%lld events, %lld records skipped. Alerts:",
              static_cast<long long>(read.events),
              static_cast<long long>(read.rejected_total()));
  for (const auto& [rule, alerts] : counter.alerts) {
    std::printf(" %s %d", rule.c_str(), alerts);
  }
  std::printf("\n");
  return std::fflush(stdout) == 0 && text.status().ok() ? 0 : 3;
}

}  // namespace

int main(int, char** argv) {
  // `bazel run` starts in the folder that holds the data; from elsewhere it is
  // beside the program.
  const std::string data = std::string(argv[0]) + ".runfiles/mqwarden";
  if (access("rules/pack", R_OK) != 0 && chdir(data.c_str()) != 0) {
    return Fail(3, "rules/pack is neither here nor in " + data);
  }
  return Run();
}
