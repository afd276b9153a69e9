#include "mqwarden/pipeline/demo.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

constexpr std::string_view kReadme = R"(# A week of three queue managers

    mqwarden check rules                        # types, names, lint
    mqwarden test rules                         # the tests inside the rules
    mqwarden replay -r rules events.ndjson      # what the rules find
    mqwarden list rules

`events.ndjson` is Monday 5 to Sunday 11 January 2026. `labels.csv` says which
alerts are attacks: somebody who tries queue after queue on Wednesday night, and
one address that tries a password on many users on Friday night. What else
`refusals` finds is a batch job whose rights are missing. The tests of LAB1 are
tagged `lab` in `inventory.csv` and excluded.

Which threshold would `refusals` do without the batch job and still see the
attack at? Then try it in a copy of the rules:

    mqwarden tune -r rules --rule refusals --thresholds 5..30 --labels labels.csv events.ndjson
    mqwarden diff rules changed events.ndjson
    mqwarden explain -r rules --rule queue_probe --event 374 events.ndjson
)";

constexpr std::string_view kInventory =
    "qmgr,host,channel,channel_type,tags,platform,owner,service\n"
    "PRD*,,,,prod,unix,payments,orders\n"
    "LAB*,,,,lab,unix,middleware,tests\n";

constexpr std::string_view kRules = R"(inventory from "inventory.csv"

rule queue_probe {
  title    "{user} from {source_ip} tries queue after queue"
  severity high
  on       authz
  where    outcome == failure
  exclude  lab: tags has "lab"
  by       user, source_ip
  when     distinct(object) >= 10 in 5m
  limit    1 per 1h by user
  alert {
    summary  "{distinct(object)} queues refused to {user} from {source_ip}"
    fields   objects = set(object, 10)
    evidence first 3 last 3
  }

  test "ten different queues within five minutes fire" {
    at 0s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q0" }
    at 1s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q1" }
    at 2s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q2" }
    at 3s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q3" }
    at 4s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q4" }
    at 5s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q5" }
    at 6s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q6" }
    at 7s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q7" }
    at 8s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q8" }
    expect no alerts
    at 9s authz { outcome: failure, user: "ana", source_ip: "192.0.2.1", object: "Q9" }
    expect 1 alert { at: 9s, user: "ana" }
  }
}

rule password_spray {
  title    "{source_ip} tries many users"
  severity critical
  on       authn
  where    outcome == failure
  exclude  lab: tags has "lab"
  by       source_ip
  when     distinct(user) >= 5 in 10m
  limit    1 per 1h by source_ip
  alert {
    summary  "{distinct(user)} users refused from {source_ip}"
    fields   users = set(user, 10)
    evidence first 3 last 3
  }

  test "five users within ten minutes fire" {
    at 0s authn { outcome: failure, user: "ana", source_ip: "192.0.2.1" }
    at 2m authn { outcome: failure, user: "bob", source_ip: "192.0.2.1" }
    at 4m authn { outcome: failure, user: "cyd", source_ip: "192.0.2.1" }
    at 6m authn { outcome: failure, user: "dee", source_ip: "192.0.2.1" }
    at 8m authn { outcome: failure, user: "eve", source_ip: "192.0.2.1" }
    expect 1 alert { at: 8m, source_ip: "192.0.2.1" }
  }
  test "one user who mistypes is not many" {
    at 0s authn { outcome: failure, user: "ana", source_ip: "192.0.2.1" } x 20 every 10s
    expect no alerts
  }
}

rule refusals {
  title    "Many refusals of {user}"
  severity medium
  on       authz
  where    outcome == failure
  exclude  lab: tags has "lab"
  by       user
  when     count() >= 10 in 5m
  limit    1 per 1h by user
  alert { summary "{count()} refusals of {user} on {qmgr}" }

  test "the tenth within five minutes fires" {
    at 0s authz { outcome: failure, user: "ana" } x 10 every 30s
    expect 1 alert { user: "ana", at: 270s }
  }
  test "ten that are spread do not" {
    at 0s authz { outcome: failure, user: "ana" } x 10 every 40s
    expect no alerts
  }
}
)";

constexpr std::string_view kLabels =
    "from,to,rule,user,source_ip,what\n"
    "2026-01-07T02:14:00Z,2026-01-07T02:18:10Z,queue_probe;refusals,svcweb,,"
    "attack: a stolen account looks around\n"
    "2026-01-09T23:40:00Z,2026-01-09T23:46:40Z,password_spray,,198.51.100.23,"
    "attack: one password on many users\n";

constexpr int64_t kWeekStart = 1767571200;  // 2026-01-05T00:00:00Z
constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;

// A fixed sequence that looks random enough (Knuth's MMIX constants).
class Noise {
 public:
  int64_t Below(int64_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int64_t>((state_ >> 33) % static_cast<uint64_t>(n));
  }

 private:
  uint64_t state_ = 20260105;
};

struct DemoEvent {
  int64_t second = 0;
  std::string_view kind = "authz";
  std::string_view qmgr = "PRD1";
  std::string user{};
  std::string ip{};
  std::string object{};  // of authz
};

std::string Numbered(std::string_view name, int64_t number) {
  return std::string(name) + std::to_string(number);
}

// What goes wrong on every day, more of it in working hours.
void AddEveryday(Noise* noise, std::vector<DemoEvent>* events) {
  for (int64_t hour = 0; hour < 7 * 24; ++hour) {
    const int64_t start = kWeekStart + hour * kHour;
    const int64_t of_day = hour % 24;
    const bool working = hour < 5 * 24 && of_day >= 7 && of_day < 18;
    const int64_t refusals = working ? 4 + noise->Below(8) : noise->Below(3);
    for (int64_t i = 0; i < refusals; ++i) {
      const int64_t who = noise->Below(12);
      events->push_back({.second = start + noise->Below(kHour),
                         .qmgr = who % 2 == 0 ? "PRD1" : "PRD2",
                         .user = Numbered("app", who),
                         .ip = Numbered("10.1.2.", 10 + who),
                         .object = Numbered("ORDERS.", noise->Below(6))});
    }
    const int64_t logins = working ? noise->Below(4) : noise->Below(2);
    for (int64_t i = 0; i < logins; ++i) {
      const int64_t who = noise->Below(20);
      events->push_back({.second = start + noise->Below(kHour),
                         .kind = "authn",
                         .user = Numbered("user", who),
                         .ip = Numbered("10.1.3.", 10 + who)});
    }
  }
}

// A batch job without rights at 03:30 on working days, and the tests of the lab.
void AddKnownNoise(Noise* noise, std::vector<DemoEvent>* events) {
  for (int64_t day = 0; day < 7; ++day) {
    const int64_t start = kWeekStart + day * kDay;
    for (int64_t i = 0; i < 14 && day < 5; ++i) {
      events->push_back({.second = start + 3 * kHour + 1800 + i * 15,
                         .qmgr = "PRD2",
                         .user = "svcbatch",
                         .ip = "10.1.2.90",
                         .object = "BATCH.IN"});
    }
    for (int64_t i = 0; i < 40; ++i) {
      events->push_back({.second = start + 10 * kHour + i * 5 + noise->Below(5),
                         .qmgr = "LAB1",
                         .user = "tester",
                         .ip = "10.9.0.7",
                         .object = Numbered("TEST.", i)});
    }
  }
}

void AddAttacks(std::vector<DemoEvent>* events) {
  const int64_t probe = kWeekStart + 2 * kDay + 2 * kHour + 14 * 60;
  for (int64_t i = 0; i < 26; ++i) {
    events->push_back({.second = probe + i * 10,
                       .user = "svcweb",
                       .ip = "203.0.113.66",
                       .object = Numbered("PAYROLL.", i)});
  }
  const int64_t spray = kWeekStart + 4 * kDay + 23 * kHour + 40 * 60;
  for (int64_t i = 0; i < 11; ++i) {
    events->push_back({.second = spray + i * 40,
                       .kind = "authn",
                       .user = Numbered("user", i),
                       .ip = "198.51.100.23"});
  }
}

std::string Events() {
  Noise noise;
  std::vector<DemoEvent> events;
  AddEveryday(&noise, &events);
  AddKnownNoise(&noise, &events);
  AddAttacks(&events);
  std::stable_sort(events.begin(), events.end(),
                   [](const DemoEvent& a, const DemoEvent& b) {
                     return a.second < b.second;
                   });
  std::string text;
  for (const DemoEvent& event : events) {
    JsonWriter json(&text);
    const auto member = [&json](std::string_view key, std::string_view value) {
      if (value.empty()) return;
      json.Key(key);
      json.String(value);
    };
    json.BeginObject();
    member("time", FormatTime(Time(std::chrono::seconds(event.second))));
    member("kind", event.kind);
    member("action", event.kind == "authz" ? "open" : "connect");
    member("outcome", "failure");
    json.Key("reason");
    json.Int(2035);
    member("qmgr", event.qmgr);
    member("channel", "APP.SVRCONN");
    member("channel_type", "svrconn");
    member("source_ip", event.ip);
    member("user", event.user);
    member("object", event.object);
    json.EndObject();
    text.push_back('\n');
  }
  return text;
}

}  // namespace

std::vector<DemoFile> MakeDemo() {
  return {{"README.md", std::string(kReadme)},
          {"rules/demo.mqw", std::string(kRules)},
          {"rules/inventory.csv", std::string(kInventory)},
          {"labels.csv", std::string(kLabels)},
          {"events.ndjson", Events()}};
}

}  // namespace mqwarden
