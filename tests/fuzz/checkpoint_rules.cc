#include "mqwarden/tests/fuzz/checkpoint_rules.h"

#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/check.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr std::string_view kRules = R"(
list managers = ["QM1", "QM2", "QM3"]
recent changed { on config by qmgr for 20s }
policy { limit 30 per 1m by qmgr? }

rule ring {
  title "ring" severity low on authz by user
  when count() >= 3 in 20s
  limit 1 per 1m by user then digest
  alert { evidence first 2 last 2 }
}
rule deque {
  title "deque {count()}" severity low on authz by qmgr, user?
  when count() >= 2 in 10s refire each
  mute where user == "bob"
  escalate high when count() >= 5
  alert { fields users = set(user, 3) }
}
rule opened {
  title "opened" severity low on authz by qmgr
  when count() >= 4 in 15s refire rise below 2
  escalate critical when count() >= 7
  resolve
}
rule values {
  title "values" severity low on authz by qmgr
  when (distinct(user) >= 2 and avg(reason) > 2000 and max(reason) >= 2035) in 30s
  refire every 5s
}
rule ranked {
  title "ranked" severity low on authz by user
  when (percentile(reason, 90) > 2030 and sum(reason) > 4000) in 1m
  refire reset
}
rule slot { title "slot" severity low on authz by user when count() >= 2 in 10s tumbling }
rule visit { title "visit" severity low on authz by user when count() >= 2 in 5s session }
rule fresh {
  title "fresh" severity low on authz by qmgr
  when new (user, object?) in 1m learn 5s
}
rule seldom { title "seldom" severity low on authz when rare (object) < 3 in 1m }
rule silent { title "silent" severity low on authz by qmgr from managers when absent 20s }
rule steps {
  title "steps" severity low by user
  when sequence in 30s {
    refused: 2 x authz where reason == 2035
    changed: config where qmgr == refused.qmgr
    again:   authz where object like "PAY*"
  }
}
rule left_open {
  title "left open" severity low by qmgr
  when sequence in 15s {
    change: config
    missing undo: config where object == change.object and action == delete
  }
}
rule plain { title "plain" severity low on config limit 2 per 30s by all }
rule after_change { title "after" severity low on authz where changed[qmgr] }
rule echo { title "echo" severity low on alert where rule == "ring" }
report top {
  title "top" on authz every 30s
  top 3 by user order count()
  show last_object = object
  compare previous
}
)";

class NoFiles final : public FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("no files");
  }
};

}  // namespace

std::shared_ptr<const Plan> CheckpointPlan() {
  NoFiles files;
  const std::vector<RuleSource> sources = {{"checkpoint.mqw", std::string(kRules)}};
  CompileResult result = CompileRules(sources, &files, {});
  if (result.plan == nullptr) {
    std::fprintf(stderr, "%s", RenderText(result.diagnostics, {}).c_str());
  }
  MQWARDEN_CHECK(result.plan != nullptr, "the rules compile");
  return result.plan;
}

void FeedEvents(uint64_t seed, int events, Engine* engine) {
  static constexpr std::string_view kUsers[] = {"ana", "bob", "cyn", "dee"};
  static constexpr std::string_view kManagers[] = {"QM1", "QM2", "QM3"};
  static constexpr std::string_view kObjects[] = {"PAY.A", "PAY.B", "DEV.A"};
  static constexpr int64_t kReasons[] = {2035, 2009, 2059};
  std::mt19937_64 random(seed);
  Time time(std::chrono::seconds(1'767'225'600));
  Event event;
  for (int i = 0; i < events; ++i) {
    time += std::chrono::milliseconds(random() % 3000);
    event.Clear();
    event.SetTime(time);
    event.set_sequence(i);
    event.SetInt(FieldId::kKind, static_cast<int64_t>(
                                     random() % 6 == 0 ? Kind::kConfig : Kind::kAuthz));
    event.SetText(FieldId::kQmgr, kManagers[random() % 3]);
    event.SetText(FieldId::kObject, kObjects[random() % 3]);
    if (random() % 8 != 0) event.SetText(FieldId::kUser, kUsers[random() % 4]);
    event.SetInt(FieldId::kReason, kReasons[random() % 3]);
    engine->Process(&event);
  }
}

}  // namespace mqwarden
