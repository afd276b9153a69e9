#include "mqwarden/tests/fault/fault_stream.h"

#include <array>
#include <random>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

std::string Line(Time time, std::string_view kind, std::string_view user,
                 std::string_view qmgr, std::string_view object, int64_t reason) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Key("time");
  json.String(FormatTime(time));
  json.Key("kind");
  json.String(kind);
  json.Key("outcome");
  json.String(reason == 0 ? "success" : "failure");
  json.Key("qmgr");
  json.String(qmgr);
  json.Key("user");
  json.String(user);
  json.Key("object");
  json.String(object);
  json.Key("reason");
  json.Int(reason);
  json.EndObject();
  line += '\n';
  return line;
}

}  // namespace

std::string_view FaultRules() {
  return R"(list managers = ["QM1", "QM2", "QM3"]
rule refused {
  title "{count()} refusals of {user} on {qmgr}"
  severity high
  on authz where outcome == failure
  by user, qmgr
  when count() >= 4 in 20s
  limit 2 per 1m by user then digest
  escalate critical when count() >= 7
  alert { fields objects = set(object, 5) evidence first 1 last 1 }
  resolve
}
rule spread {
  title "{user} tried {distinct(object)} objects"
  severity medium
  on authz by user
  when distinct(object) >= 4 in 30s refire every 10s
}
rule slots { title "slot" severity low on authz by qmgr when count() >= 6 in 10s tumbling }
rule visits { title "visit" severity low on authz by user when count() >= 5 in 3s session }
rule fresh { title "new object" severity low on authz by qmgr when new (user, object) in 1m learn 20s }
rule changed_then_refused {
  title "{changed.object} changed, then {user} refused"
  severity high
  by qmgr
  when sequence in 30s {
    changed: config
    refused: 2 x authz where outcome == failure and object == changed.object
  }
}
rule not_undone {
  title "{change.object} stays changed"
  severity low
  by qmgr
  when sequence in 15s {
    change: config where user == "ana"
    missing config where user == "bob"
  }
}
rule silent { title "{qmgr} is silent" severity medium on authz by qmgr from managers when absent 25s }
report busiest { title "busiest" on authz every 1m top 2 by object order count() }
rule the_end { title "the end" severity info on authz where user == "the_end" by user when count() >= 1 in 1s }
)";
}

std::vector<std::string> FaultEvents(uint64_t seed, int count) {
  static constexpr std::array<std::string_view, 4> kUsers = {"ana", "bob", "cyn",
                                                             "dee"};
  static constexpr std::array<std::string_view, 3> kManagers = {"QM1", "QM2", "QM3"};
  static constexpr std::array<std::string_view, 6> kObjects = {
      "PAY.A", "PAY.B", "PAY.C", "DEV.A", "DEV.B", "DEV.C"};
  std::mt19937_64 random(seed);
  Time time = *ParseTime("2026-01-05T09:00:00Z");
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    // No two at one time: a run that takes a pause of its writer for quiet then makes
    // none of them late.
    time += std::chrono::milliseconds(1 + random() % 400);
    // Nobody writes for a while, now and then.
    if (random() % 100 == 0) time += std::chrono::seconds(random() % 40);
    const bool is_change = random() % 9 == 0;
    lines.push_back(Line(time, is_change ? "config" : "authz",
                         kUsers[random() % kUsers.size()],
                         kManagers[random() % kManagers.size()],
                         kObjects[random() % kObjects.size()],
                         random() % 3 == 0 ? 0 : 2035));
  }
  time += std::chrono::minutes(50);
  lines.push_back(Line(time, "authz", "the_end", "QM1", "END", 0));
  time += std::chrono::minutes(5);
  // Nothing fires at it, so that it does not matter whether it has had its turn.
  lines.push_back(Line(time, "session", "after", "QM1", "END", 0));
  return lines;
}

}  // namespace mqwarden
