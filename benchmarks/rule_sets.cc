#include "mqwarden/benchmarks/rule_sets.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace mqwarden::benchmarks {
namespace {

constexpr int kWatchedUsers = 200;
constexpr int kWays = 5;
constexpr size_t kMaxTextBytes = 500'000;  // a file has a bound

// The users of the rule that is `place` of `rules` which watch some: a share of
// the watched ones, or one that does not exist.
std::string UsersOf(int place, int rules, const Corpus& corpus) {
  const int each = std::max(1, kWatchedUsers / rules);
  const int first = place * each;
  if (first >= kWatchedUsers) {
    return "user == \"nobody" + std::to_string(place) + "\"";
  }
  std::string list;
  for (int i = first; i < std::min(first + each, kWatchedUsers); ++i) {
    const size_t user = static_cast<size_t>(kBreakGlassUsers + i);
    list += (list.empty() ? "\"" : ", \"") + corpus.users()[user] + "\"";
  }
  return "user in [" + list + "]";
}

std::string ConditionOf(int rule, int rules, const Corpus& corpus) {
  const int place = rule / kWays;
  const std::string number = std::to_string(place);
  switch (rule % kWays) {
    case 0:
      return UsersOf(place, (rules + kWays - 1) / kWays, corpus);
    case 1:
      return "reason == MQRC_NOT_AUTHORIZED and object == \"BILLING.Q" + number +
             "\"";
    case 2:
      return "outcome == success and channel like \"DEV" + number + ".*\"";
    case 3:
      return "channel_type == svrconn and channel matches r\"^TST" + number +
             "\\..*[A-F]$\"";
    default:
      return "outcome == failure and source_ip in \"172." +
             std::to_string(16 + place / 256 % 16) + "." +
             std::to_string(place % 256) + ".0/24\"";
  }
}

}  // namespace

std::vector<std::string> RuleSetOf(int rules, const Corpus& corpus) {
  std::vector<std::string> texts = {
      "policy {\n  exclude lab: tags has \"lab\"\n}\n"};
  for (int i = 0; i < rules; ++i) {
    if (texts.back().size() > kMaxTextBytes) texts.emplace_back();
    std::string& text = texts.back();
    text += "rule r" + std::to_string(i) +
            " {\n  title \"{user} at {qmgr}\"\n  severity medium\n"
            "  on authz, authn, channel\n  where " +
            ConditionOf(i, rules, corpus) +
            "\n  by user\n  when count() >= " + std::to_string(5 + i % 20) +
            " in 5m\n  limit 1 per 1h by user\n}\n";
  }
  return texts;
}

}  // namespace mqwarden::benchmarks
