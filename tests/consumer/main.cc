// Shows that a host compiles against mqwarden's public headers, links with it
// and gets an alert, while the host's own base/time.h and schema/event.proto
// keep their meaning.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "mqwarden/mqwarden.h"
#include "schema/event.pb.h"

namespace {

constexpr char kRules[] = R"(
rule login {
  title    "Login of {user}"
  severity high
  on       authn
  where    action == connect and outcome == success
})";

class NoFiles final : public mqwarden::FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("this host has no files");
  }
};

class LastAlert final : public mqwarden::AlertSink {
 public:
  void OnAlert(const mqwarden::Alert& alert) override {
    title = alert.title;
    ++count;
  }
  std::string title;
  int count = 0;
};

bool OwnNamesKeepTheirMeaning() {
  host::Event event;
  event.set_text("started");
  const host::Time host_time{.seconds = 1};
  const mqwarden::Time time{std::chrono::seconds(1)};
  return time.time_since_epoch() ==
             std::chrono::duration<double>(host_time.seconds) &&
         event.text() == "started";
}

}  // namespace

int main() {
  if (!OwnNamesKeepTheirMeaning()) return 1;

  const std::vector<mqwarden::RuleSource> sources = {{"login.mqw", kRules}};
  NoFiles files;
  const mqwarden::CompileResult rules =
      mqwarden::CompileRules(sources, &files, {});
  if (rules.plan == nullptr) {
    std::fputs(mqwarden::RenderText(rules.diagnostics, {}).c_str(), stderr);
    return 1;
  }
  LastAlert alerts;
  auto engine = mqwarden::Engine::Create(rules.plan, {}, &alerts);
  if (!engine.ok()) return 1;

  using mqwarden::EnumCode;
  using mqwarden::EnumType;
  using mqwarden::FieldId;
  const mqwarden::Time now{std::chrono::seconds(1)};
  mqwarden::Event event;
  event.SetTime(now);
  event.SetInt(FieldId::kKind, EnumCode(EnumType::kKind, "authn"));
  event.SetInt(FieldId::kAction, EnumCode(EnumType::kAction, "connect"));
  event.SetInt(FieldId::kOutcome, EnumCode(EnumType::kOutcome, "success"));
  event.SetText(FieldId::kUser, "ana");
  (*engine)->Process(&event);
  (*engine)->AdvanceWatermark(now);
  return alerts.count == 1 && alerts.title == "Login of ana" ? 0 : 1;
}
