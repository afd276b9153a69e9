// What one condition of the rule language costs on one event, beside the same
// question written by hand. Both give the same answers first.
//
//   tools/bazel run -c opt //benchmarks:predicate_benchmark

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden::benchmarks {
namespace {

struct Question {
  const char* name;
  const char* condition;
  bool (*by_hand)(const Event& event);
};

constexpr Question kQuestions[] = {
    {"equalities", "reason == MQRC_NOT_AUTHORIZED and channel_type == svrconn",
     [](const Event& event) {
       return event.Has(FieldId::kReason) && event.Int(FieldId::kReason) == 2035 &&
              event.Has(FieldId::kChannelType) &&
              event.Int(FieldId::kChannelType) ==
                  EnumCode(EnumType::kChannelType, "svrconn");
     }},
    {"in_list", R"(user in ["bgadmin1", "bgadmin2", "bgadmin3", "bgadmin4"])",
     [](const Event& event) {
       if (!event.Has(FieldId::kUser)) return false;
       const std::string_view user = event.Text(FieldId::kUser);
       return user.size() == 8 && user.starts_with("bgadmin") && user[7] >= '1' &&
              user[7] <= '4';
     }},
    {"like", R"(channel like "PROD.*.SDR")",
     [](const Event& event) {
       if (!event.Has(FieldId::kChannel)) return false;
       const std::string_view channel = event.Text(FieldId::kChannel);
       return channel.starts_with("PROD.") && channel.ends_with(".SDR");
     }},
    {"matches", R"(channel matches r"^PROD\..*\.SDR$")",
     [](const Event& event) {
       if (!event.Has(FieldId::kChannel)) return false;
       const std::string_view channel = event.Text(FieldId::kChannel);
       return channel.starts_with("PROD.") && channel.ends_with(".SDR");
     }},
    {"in_network", R"(source_ip in "10.64.0.0/10")",
     [](const Event& event) {
       if (!event.Has(FieldId::kSourceIp)) return false;
       const IpAddress& ip = event.Ip(FieldId::kSourceIp);
       return ip.is_v4() && ip.bytes[12] == 10 && (ip.bytes[13] & 0xc0) == 64;
     }},
    {"has", R"(tags has "lab")",
     [](const Event& event) {
       if (!event.Has(FieldId::kTags)) return false;
       for (const std::string_view tag : event.List(FieldId::kTags)) {
         if (tag == "lab") return true;
       }
       return false;
     }},
};

constexpr size_t kEvents = 1024;

class Events {
 public:
  Events() : corpus_({.events = 100'000}) {
    // Spread over the day, planted events among them.
    for (size_t i = 0; i < kEvents; ++i) {
      corpus_.Fill(corpus_.events()[i * corpus_.events().size() / kEvents], &events_[i]);
    }
  }
  const std::array<Event, kEvents>& all() const { return events_; }

 private:
  const Corpus corpus_;
  std::array<Event, kEvents> events_;
};

const std::array<Event, kEvents>& SharedEvents() {
  static const Events events;
  return events.all();
}

std::shared_ptr<const Plan> PlanOf(const Question& question) {
  const std::string text =
      std::string("rule asked { title \"x\" severity low on any where ") +
      question.condition + " }";
  const std::vector<RuleSource> sources = {{"question.mqw", text}};
  CompileResult result = CompileRules(sources, nullptr, {});
  if (result.plan == nullptr) {
    std::fputs(RenderText(result.diagnostics, {}).c_str(), stderr);
  }
  return result.plan;
}

void Report(benchmark::State& state) {
  state.counters["each"] = benchmark::Counter(
      static_cast<double>(kEvents) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_Condition(benchmark::State& state, const Question& question) {
  const std::shared_ptr<const Plan> plan = PlanOf(question);
  if (plan == nullptr) return state.SkipWithError("the condition does not compile");
  const ExprId where = plan->rules()[0]->where;
  Evaluator evaluator(*plan);
  for (const Event& event : SharedEvents()) {
    evaluator.SetEvent(&event);
    if (evaluator.Condition(where) != question.by_hand(event)) {
      return state.SkipWithError("the answers differ");
    }
  }
  for (auto _ : state) {
    for (const Event& event : SharedEvents()) {
      evaluator.SetEvent(&event);
      benchmark::DoNotOptimize(evaluator.Condition(where));
    }
  }
  Report(state);
}

void BM_ByHand(benchmark::State& state, const Question& question) {
  for (auto _ : state) {
    for (const Event& event : SharedEvents()) {
      benchmark::DoNotOptimize(question.by_hand(event));
    }
  }
  Report(state);
}

int Register() {
  for (const Question& question : kQuestions) {
    const auto add = [&question](const char* family, auto function) {
      benchmark::RegisterBenchmark((std::string(family) + "/" + question.name).c_str(),
                                   function, question)
          ->Repetitions(5)
          ->ReportAggregatesOnly();
    };
    add("BM_Condition", BM_Condition);
    add("BM_ByHand", BM_ByHand);
  }
  return 0;
}
const int kRegistered = Register();

}  // namespace
}  // namespace mqwarden::benchmarks
