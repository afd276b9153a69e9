#include "mqwarden/pipeline/rule_test_state.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/each_keys.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxKeys = 5;

struct Counts {
  int64_t matched = 0;
  int64_t excluded = 0;
  int64_t without_key = 0;
};

// The D of whatever `when` the rule has.
std::optional<Duration> LengthOf(const RulePlan& rule) {
  if (rule.window.has_value()) return rule.window->length;
  if (rule.seen.has_value()) return rule.seen->length;
  if (rule.absent.has_value()) return rule.absent->length;
  if (rule.sequence.has_value()) return rule.sequence->length;
  return std::nullopt;
}

std::string KeyText(const std::vector<KeyPart>& by,
                    const std::vector<Value>& values) {
  std::string text;
  for (size_t i = 0; i < by.size(); ++i) {
    if (!text.empty()) text += ", ";
    text += by[i].name + " ";
    AppendShown(values[i], &text);
  }
  return text.empty() ? "all events" : EscapeForTerminal(text);
}

using Windows = std::map<std::string, std::vector<Time>>;

// Counts the event, and adds its time to the windows of its keys.
void Take(const RulePlan& rule, const Event& event, Evaluator* evaluator,
          EachKeys* keys, Counts* counts, Windows* windows) {
  const auto kind = static_cast<uint32_t>(event.Int(FieldId::kKind));
  if ((rule.kinds >> kind & 1) == 0) return;
  evaluator->SetEvent(&event);
  if (!evaluator->Condition(rule.where)) return;
  ++counts->matched;
  for (const ExcludePlan& exclude : rule.excludes) {
    if (evaluator->Condition(exclude.condition)) {
      ++counts->excluded;
      return;
    }
  }
  const auto of_event = keys->Of(rule.by);
  if (of_event.empty()) ++counts->without_key;
  for (const EachKeys::Key& key : of_event) {
    (*windows)[KeyText(rule.by, key.values)].push_back(event.time());
  }
}

// The largest windows first; those that are empty by now are left out.
std::vector<std::pair<std::string, std::vector<Time>>> InWindow(
    const Windows& windows, Time now, std::optional<Duration> length) {
  std::vector<std::pair<std::string, std::vector<Time>>> held;
  for (const auto& [key, times] : windows) {
    std::vector<Time> inside;
    for (const Time time : times) {
      if (!length.has_value() || time > SaturatingSub(now, *length)) {
        inside.push_back(time);
      }
    }
    if (!inside.empty()) held.emplace_back(key, std::move(inside));
  }
  std::stable_sort(held.begin(), held.end(), [](const auto& a, const auto& b) {
    return a.second.size() > b.second.size();
  });
  return held;
}

}  // namespace

std::string DescribeWindows(
    const std::shared_ptr<const Plan>& plan, std::string_view rule_name,
    std::span<const std::shared_ptr<const Event>> events) {
  const auto rule = std::find_if(
      plan->rules().begin(), plan->rules().end(),
      [rule_name](const auto& r) { return r->name == rule_name; });
  if (rule == plan->rules().end()) return "";
  Evaluator evaluator(*plan);
  EachKeys keys(&evaluator);
  Counts counts;
  Windows windows;
  Time now{};
  Event event;
  for (const auto& given : events) {
    event.CopyFrom(*given);
    if (plan->inventory() != nullptr) plan->inventory()->Apply(&event);
    if (event.infers_channel_type()) InferChannelType(&event);
    now = std::max(now, event.time());
    Take(**rule, event, &evaluator, &keys, &counts, &windows);
  }
  const std::optional<Duration> length = LengthOf(**rule);
  std::string text = "  state:  " + std::to_string(counts.matched) +
                     " matched, " + std::to_string(counts.excluded) +
                     " excluded, " + std::to_string(counts.without_key) +
                     " without key";
  if (length.has_value() && !events.empty()) {
    text += "; in the " + FormatDuration(*length) + " up to " +
            FormatTimeShort(now);
  }
  text += "\n";
  const auto held = InWindow(windows, now, length);
  for (size_t i = 0; i < std::min(held.size(), kMaxKeys); ++i) {
    const auto& [key, times] = held[i];
    text += "    " + key + ": " + std::to_string(times.size()) +
            (times.size() == 1 ? " event, " : " events, ") +
            FormatTimeShort(times.front()) + " to " +
            FormatTimeShort(times.back()) + "\n";
  }
  if (held.size() > kMaxKeys) {
    text += "    and " + std::to_string(held.size() - kMaxKeys) + " more keys\n";
  }
  return text;
}

}  // namespace mqwarden
