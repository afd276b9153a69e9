// The alerts that quickstart prints are those that the meaning of the pack's
// rules gives for the plan of the day, computed here without the project: from
// the generator's events, with every window counted again for every event.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mqwarden/examples/estate_log.h"
#include "mqwarden/ingest/byte_source.h"

namespace mqwarden {
namespace {

constexpr uint64_t kSeed = 20260310;  // as in examples/make_log.cc

struct Line {
  std::string time;
  std::string severity;
  std::string state;
  std::string rule;
  std::string group;
  int64_t count = 0;
  int64_t held = 0;

  auto Key() const {
    return std::tie(time, rule, group, state, severity, count, held);
  }
  bool operator==(const Line& other) const { return Key() == other.Key(); }
  friend std::ostream& operator<<(std::ostream& out, const Line& line) {
    return out << line.time << ' ' << line.severity << ' ' << line.state << ' '
               << line.rule << " {" << line.group << "} count " << line.count
               << " held " << line.held;
  }
};

std::string TimeText(int64_t second) {
  char text[32];
  std::snprintf(text, sizeof text, "2026-03-%02dT%02d:%02d:%02dZ",
                static_cast<int>(10 + second / 86400), static_cast<int>(second / 3600 % 24),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return text;
}

bool IsLab(const LogEvent& event) { return event.qmgr.starts_with("LAB"); }

// A refusal that svrconn_brute_force counts.
bool IsCountedRefusal(const LogEvent& event) {
  const bool refused = event.report == Report::kOpenRefused ||
                       event.report == Report::kConnectRefused ||
                       event.report == Report::kPasswordRefused;
  const bool scanner = event.address.starts_with("203.0.113.24") ||
                       event.address.starts_with("203.0.113.25");
  return refused && !IsLab(event) && !event.channel.empty() && !scanner &&
         event.object != "SYSTEM.MQEXPLORER.REPLY.MODEL";
}

std::string UserOf(const LogEvent& event) {
  return event.csp_user.empty() ? event.user : event.csp_user;
}

std::string QueueGroup(const std::string& object) {
  if (object.empty()) return "";  // no object: not subject to the limit
  for (const auto& [prefix, label] :
       {std::pair("PAY.", "payments"), std::pair("SETTLE.", "settlement"),
        std::pair("ORDERS.", "orders"), std::pair("SYSTEM.", "system")}) {
    if (object.starts_with(prefix)) return label;
  }
  return "rest";
}

// `count` passed in (t - seconds, t] for each tuple.
class Limit {
 public:
  Limit(size_t count, int64_t seconds) : count_(count), seconds_(seconds) {}
  bool Passes(const std::string& tuple, int64_t t) const {
    const auto sent = sent_.find(tuple);
    return sent == sent_.end() ||
           static_cast<size_t>(std::count_if(
               sent->second.begin(), sent->second.end(),
               [&](int64_t s) { return s > t - seconds_; })) < count_;
  }
  void Spend(const std::string& tuple, int64_t t) { sent_[tuple].push_back(t); }

 private:
  const size_t count_;
  const int64_t seconds_;
  std::map<std::string, std::vector<int64_t>> sent_;
};

struct Firing {
  int64_t second;
  std::string address;
  std::string user;
  std::string queues;
  int64_t count;
};

// Firings, and the updates that escalation sends, of all addresses.
void CountRefusals(const std::vector<LogEvent>& day, std::vector<Firing>* firings,
                   std::vector<Line>* updates) {
  std::map<std::string, std::vector<const LogEvent*>> by_address;
  for (const LogEvent& event : day) {
    if (IsCountedRefusal(event)) by_address[event.address].push_back(&event);
  }
  for (const auto& [address, events] : by_address) {
    bool armed = true;
    bool open = false;
    for (size_t i = 0; i < events.size(); ++i) {
      const int64_t t = events[i]->second;
      int64_t before = 0;
      int64_t now = 1;
      for (size_t k = 0; k < i; ++k) {
        before += events[k]->second >= t - 300;
        now += events[k]->second > t - 300;
      }
      if (before < 10) armed = true;
      if (before < 10 || now < 10) open = false;
      if (now >= 10 && armed) {
        armed = false;
        open = true;
        firings->push_back({t, address, UserOf(*events[i]),
                            QueueGroup(events[i]->object), now});
      } else if (open && now == 100) {
        updates->push_back({TimeText(t), "CRITICAL", "update", "svrconn_brute_force",
                            "source_ip " + address, now, 0});
      }
    }
  }
}

void ExpectBruteForce(const std::vector<LogEvent>& day, std::vector<Line>* lines) {
  std::vector<Firing> firings;
  CountRefusals(day, &firings, lines);
  std::sort(firings.begin(), firings.end(), [](const Firing& a, const Firing& b) {
    return std::tie(a.second, a.address) < std::tie(b.second, b.address);
  });
  // In the order in which they are asked: the policy's, then the rule's.
  struct Clause {
    Limit limit;
    bool by_user;
    bool digest;
  };
  Clause clauses[] = {{Limit(5, 3600), true, false},
                      {Limit(20, 3600), false, false},
                      {Limit(1, 3600), true, false},
                      {Limit(5, 3600), false, true}};
  std::map<std::pair<size_t, std::string>, int64_t> held;
  std::map<std::pair<int64_t, std::string>, int64_t> digests;
  for (const Firing& firing : firings) {
    const auto tuple = [&firing](const Clause& clause) {
      return clause.by_user ? firing.user : firing.queues;
    };
    bool passes = true;
    for (size_t i = 0; i < std::size(clauses) && passes; ++i) {
      const std::string of = tuple(clauses[i]);
      if (of.empty() || clauses[i].limit.Passes(of, firing.second)) continue;
      passes = false;
      if (clauses[i].digest) {
        ++digests[{firing.second / 3600, of}];
      } else {
        ++held[{i, of}];
      }
    }
    if (!passes) continue;
    Line line{TimeText(firing.second), "HIGH", "open", "svrconn_brute_force",
              "source_ip " + firing.address, firing.count, 0};
    for (size_t i = 0; i < std::size(clauses); ++i) {
      const std::string of = tuple(clauses[i]);
      if (of.empty()) continue;
      clauses[i].limit.Spend(of, firing.second);
      line.held += std::exchange(held[{i, of}], 0);
    }
    lines->push_back(line);
  }
  for (const auto& [period, count] : digests) {
    const int64_t end = (period.first + 1) * 3600;
    if (end > day.back().second) continue;
    lines->push_back({TimeText(end), "HIGH", "digest", "svrconn_brute_force",
                      "pattern " + period.second, count, 0});
  }
}

void ExpectBlocks(const std::vector<LogEvent>& day, std::vector<Line>* lines) {
  Limit limit(1, 1800);
  std::map<std::string, int64_t> held;
  for (const LogEvent& event : day) {
    const bool blocked = event.report == Report::kBlockedNoAccess ||
                         event.report == Report::kBlockedUser ||
                         event.report == Report::kBlockedAddress;
    if (!blocked || IsLab(event) || !event.channel.starts_with("PROD.") ||
        !event.channel.ends_with(".SDR")) {
      continue;
    }
    const std::string group = "qmgr " + event.qmgr + ", channel " + event.channel;
    if (!limit.Passes(group, event.second)) {
      ++held[group];
      continue;
    }
    limit.Spend(group, event.second);
    lines->push_back({TimeText(event.second), "CRITICAL", "open", "prod_message_channel_blocked",
                      group, 1, std::exchange(held[group], 0)});
  }
}

void ExpectLogins(const std::vector<LogEvent>& day, std::vector<Line>* lines) {
  for (const LogEvent& event : day) {
    if (event.report != Report::kConnectAllowed || IsLab(event)) continue;
    if (!event.user.starts_with("bg") && !event.user.starts_with("BG")) continue;
    lines->push_back({TimeText(event.second), "CRITICAL", "open", "breakglass_login",
                      "user " + event.user + ", qmgr " + event.qmgr, 1, 0});
  }
}

std::vector<Line> ExpectedLines() {
  const std::vector<LogEvent> day = EstateDay(kSeed);
  std::vector<Line> lines;
  ExpectBruteForce(day, &lines);
  ExpectBlocks(day, &lines);
  ExpectLogins(day, &lines);
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.Key() < b.Key(); });
  return lines;
}

struct Output {
  std::vector<Line> alerts;
  std::string last_line;
  int status = -1;
};

// `name` and the number after it, in one of the parts of a line.
int64_t NumberAfter(const std::string& line, const std::string& name) {
  const size_t at = line.find(name + " ");
  return at == std::string::npos ? 0 : std::stoll(line.substr(at + name.size() + 1));
}

Line ParseAlert(const std::vector<std::string>& block) {
  Line alert;
  std::istringstream heading(block[0]);
  std::string word;
  heading >> alert.time >> alert.severity >> word;
  alert.state = word == "update:" || word == "digest:" ? word.substr(0, 6) : "open";
  for (size_t i = 1; i + 1 < block.size(); ++i) {
    if (!block[i].starts_with("  rule ")) continue;
    alert.rule = block[i].substr(7, block[i].find(',') - 7);
    alert.count = NumberAfter(block[i], "count");
    alert.held = NumberAfter(block[i], "held before");
    alert.group = block[i + 1].substr(2);
    break;
  }
  return alert;
}

Output RunQuickstart() {
  Output output;
  FILE* const pipe = popen("examples/quickstart", "r");
  if (pipe == nullptr) return output;
  std::string text;
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    text.append(buffer, size);
  }
  output.status = pclose(pipe);
  std::istringstream lines(text);
  std::vector<std::string> block;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) {
      block.push_back(line);
    } else if (!block.empty()) {
      output.alerts.push_back(ParseAlert(block));
      block.clear();
    }
  }
  if (block.size() == 1) output.last_line = block[0];
  return output;
}

TEST(QuickstartTest, PrintsTheAlertsOfAnIndependentCalculation) {
  const std::vector<Line> expected = ExpectedLines();
  Output output = RunQuickstart();
  EXPECT_EQ(output.status, 0);
  // The day was made for these three; what other rules find in it is theirs.
  std::map<std::string, int> per_rule;
  for (const Line& line : expected) ++per_rule[line.rule];
  ASSERT_EQ(per_rule.size(), 3u);
  std::erase_if(output.alerts, [&per_rule](const Line& line) {
    return !per_rule.contains(line.rule);
  });
  EXPECT_EQ(output.alerts, expected);

  const std::string beginning =
      std::to_string(EstateDay(kSeed).size()) + " events, " +
      std::to_string(kEstateStrayLines) + " records skipped. Alerts:";
  EXPECT_TRUE(output.last_line.starts_with(beginning)) << output.last_line;
  for (const auto& [rule, count] : per_rule) {
    const std::string said = " " + rule + " " + std::to_string(count);
    EXPECT_NE((output.last_line + " ").find(said + " "), std::string::npos)
        << said << " in " << output.last_line;
  }
}

// What the day is meant to show is in it: else the test above says little.
TEST(EstateDayTest, HasEverythingThatTheRulesAreFor) {
  const std::vector<Line> lines = ExpectedLines();
  const auto count = [&lines](const std::string& rule, const std::string& state,
                              bool held) {
    return std::count_if(lines.begin(), lines.end(), [&](const Line& line) {
      return line.rule == rule && line.state == state && (line.held > 0) == held;
    });
  };
  EXPECT_EQ(count("breakglass_login", "open", false), 9);
  EXPECT_EQ(count("prod_message_channel_blocked", "open", false), 2);
  EXPECT_EQ(count("prod_message_channel_blocked", "open", true), 1);
  EXPECT_EQ(count("svrconn_brute_force", "open", false), 12);
  EXPECT_EQ(count("svrconn_brute_force", "open", true), 1);
  EXPECT_EQ(count("svrconn_brute_force", "update", false), 1);
  EXPECT_EQ(count("svrconn_brute_force", "digest", false), 1);
  for (const Line& line : lines) {
    EXPECT_FALSE(line.group.starts_with("source_ip 192.0.2.7") ||
                 line.group.starts_with("source_ip 192.0.2.8"))
        << "a near miss fires: " << line;
  }
}

TEST(EstateDayTest, HasBurstsThatNoClockIntervalHoldsWhole) {
  std::map<std::string, std::map<int64_t, int>> per_interval;
  const std::vector<LogEvent> day = EstateDay(kSeed);
  for (const LogEvent& event : day) {
    if (IsCountedRefusal(event)) ++per_interval[event.address][event.second / 300];
  }
  std::vector<Firing> firings;
  std::vector<Line> updates;
  CountRefusals(day, &firings, &updates);
  std::set<std::string> unseen;
  for (const Firing& firing : firings) {
    const auto& intervals = per_interval[firing.address];
    if (std::all_of(intervals.begin(), intervals.end(),
                    [](const auto& interval) { return interval.second < 10; })) {
      unseen.insert(firing.address);
    }
  }
  EXPECT_GE(unseen.size(), 5u);
}

TEST(EstateLogTest, TheShippedLogIsTheGeneratedOne) {
  std::string shipped;
  std::optional<InputDamage> damage;
  const absl::Status status = ReadBytes(
      "examples/logs/estate.json.gz",
      [&shipped](std::string_view bytes) { shipped.append(bytes); }, &damage);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_FALSE(damage.has_value());
  EXPECT_TRUE(shipped == EstateLogText(EstateDay(kSeed)))
      << "make it again: tools/bazel run //examples:make_log | gzip -9n > "
         "examples/logs/estate.json.gz";
}

}  // namespace
}  // namespace mqwarden
