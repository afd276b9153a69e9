#include "mqwarden/tests/oracle/comparison.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/check.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden::oracle {
namespace {

class MapFileReader final : public FileReader {
 public:
  explicit MapFileReader(const std::map<std::string, std::string>& texts)
      : texts_(texts) {}
  absl::StatusOr<std::string> Read(std::string_view,
                                   std::string_view name) override {
    const auto it = texts_.find(std::string(name));
    if (it == texts_.end()) return absl::NotFoundError(ToAbsl(name));
    return it->second;
  }

 private:
  const std::map<std::string, std::string>& texts_;
};

OracleAlert AsOracleAlert(const Alert& alert);
OracleReport AsOracleReport(const ReportRecord& report);

// Alerts and reports as lines, and as NDJSON, in the order in which they come.
class Collect final : public AlertSink {
 public:
  explicit Collect(std::string* bytes) : bytes_(*bytes) {}
  void OnAlert(const Alert& alert) override {
    AppendAlertJson(alert, &bytes_);
    bytes_ += '\n';
    lines.push_back(AlertLine(AsOracleAlert(alert)) +
                    Numbered(&numbers_, alert.id));
  }
  void OnReport(const ReportRecord& report) override {
    AppendReportJson(report, &bytes_);
    bytes_ += '\n';
    lines.push_back(ReportLine(AsOracleReport(report)));
  }
  std::vector<std::string> lines;

 private:
  std::string& bytes_;
  std::map<Hash128, size_t> numbers_;
};

OracleAlert AsOracleAlert(const Alert& alert) {
  OracleAlert a;
  a.rule = alert.rule;
  a.state = alert.state;
  a.severity = alert.severity;
  a.time = alert.time;
  a.first = alert.first;
  a.last = alert.last;
  a.count = alert.count;
  a.group = alert.group;
  a.fields = alert.fields;
  a.title = alert.title;
  a.summary = alert.summary;
  a.held = alert.held;
  a.muted = !alert.muted.empty();
  for (const auto& event : alert.evidence) {
    a.evidence.push_back(event->sequence());
  }
  return a;
}

OracleReport AsOracleReport(const ReportRecord& report) {
  OracleReport r;
  r.report = report.report;
  r.title = report.title;
  r.time = report.time;
  r.total = report.total;
  for (const ReportRow& row : report.top) {
    r.rows.push_back(
        {row.group, row.count, row.share, row.fields, row.previous});
  }
  return r;
}

OracleCounters AsOracleCounters(const RuleStats& stats) {
  OracleCounters c;
  c.rule = stats.rule;
  c.matched = stats.matched;
  c.excluded = stats.excluded;
  c.without_key = stats.without_key;
  c.fired = stats.fired;
  c.muted = stats.muted;
  c.limited = stats.limited;
  c.sent = stats.sent;
  c.sent_after_mute = stats.sent_after_mute;
  c.updates = stats.updates;
  c.resolved = stats.resolved;
  c.digests = stats.digests;
  c.undecided = stats.undecided;
  return c;
}

std::string FirstDifference(const std::vector<std::string>& oracle,
                            const std::vector<std::string>& engine) {
  if (oracle == engine) return "";
  size_t i = 0;
  while (i < oracle.size() && i < engine.size() && oracle[i] == engine[i]) ++i;
  const auto at = [i](const std::vector<std::string>& lines) {
    return i < lines.size() ? lines[i] : std::string("(nothing)");
  };
  return "line " + std::to_string(i) + "\n  oracle: " + at(oracle) +
         "\n  engine: " + at(engine) + "\n";
}

// Takes elements out of `*elements` as long as `fails` holds without them, in
// pieces of falling size.
template <typename T>
bool ShrinkVector(std::vector<T>* elements,
                  const std::function<bool()>& fails) {
  bool changed = false;
  for (size_t size = std::max<size_t>(1, elements->size() / 2);; size /= 2) {
    for (size_t begin = 0; begin < elements->size();) {
      std::vector<T> kept = *elements;
      const size_t end = std::min(begin + size, kept.size());
      kept.erase(kept.begin() + static_cast<ptrdiff_t>(begin),
                 kept.begin() + static_cast<ptrdiff_t>(end));
      std::swap(*elements, kept);
      if (fails()) {
        changed = true;
      } else {
        std::swap(*elements, kept);
        begin += size;
      }
    }
    if (size == 1) return changed;
  }
}

// In batches of all sizes, some larger than the engine's own.
void GiveInBatches(const Stream& stream, Engine* engine) {
  size_t size = 1;
  for (size_t begin = 0; begin < stream.events.size();) {
    const size_t end = std::min(begin + size, stream.events.size());
    std::vector<Event> batch(end - begin);
    for (size_t i = begin; i < end; ++i) {
      batch[i - begin].CopyFrom(*stream.events[i]);
    }
    engine->ProcessBatch(batch);
    begin = end;
    size = size * 3 % 101 + 1;
  }
}

// Goes on from the bytes of its state alone, as another engine would.
absl::Status Restart(Engine* engine) {
  std::string state;
  engine->Checkpoint(&state);
  return engine->Restore(state).status();
}

// The oracle tries every choice of events for the steps of a sequence: too many
// where a long stream meets a sequence of many events.
bool IsEndless(const Compiled& compiled, const Stream& stream) {
  constexpr size_t kLongStream = 100;
  constexpr int64_t kEventsOfLongSequence = 5;
  if (stream.events.size() <= kLongStream) return false;
  for (const ast::File& file : compiled.files) {
    for (const ast::Rule& rule : file.rules) {
      if (!rule.when.has_value()) continue;
      int64_t events = 0;
      for (const ast::SequenceStep& step : rule.when->steps) {
        if (!step.missing) events += step.count.value;
      }
      if (events >= kEventsOfLongSequence) return true;
    }
  }
  return false;
}

std::string NameOf(const EngineRun& run) {
  if (run.in_batches) return "events in batches";
  if (run.without_index) return "no index of rules";
  if (run.restart_every > 0) return "restarts between the events";
  return run.watermarks ? "watermarks between the events" : "another hash";
}

}  // namespace

Compiled CompileText(const std::string& text,
                     const std::map<std::string, std::string>& texts) {
  Compiled compiled;
  MapFileReader reader(texts);
  const std::vector<RuleSource> sources = {{"random.mqw", text}};
  CompileResult result = CompileRules(sources, &reader, {});
  compiled.plan = std::move(result.plan);
  compiled.diagnostics = RenderText(result.diagnostics, {});
  DiagnosticList diagnostics;
  compiled.files.push_back(Parse(
      std::make_shared<RuleText>("random.mqw", text), &diagnostics));
  return compiled;
}

std::vector<std::string> EngineLines(const Compiled& compiled,
                                     const Stream& stream, const EngineRun& run,
                                     std::string* bytes) {
  Collect sink(bytes);
  EngineOptions options;
  options.key_groups = run.key_groups;
  options.hash_seed = run.hash_seed;
  options.test_only_without_index = run.without_index;
  auto engine = Engine::Create(compiled.plan, options, &sink);
  MQWARDEN_CHECK(engine.ok(), "the options are in their bounds");
  if (run.in_batches) GiveInBatches(stream, engine->get());
  Event event;
  for (size_t i = 0; i < stream.events.size() && !run.in_batches; ++i) {
    const Event& next = *stream.events[i];
    // The greatest watermark that lets `next` come, in one or in two steps.
    const Time before = i == 0 ? Time::min() : stream.events[i - 1]->time();
    if (run.watermarks && before < next.time()) {
      if (i > 0 && i % 2 == 0) (*engine)->AdvanceWatermark(before);
      (*engine)->AdvanceWatermark(next.time() - Duration(1));
    }
    event.CopyFrom(next);
    (*engine)->Process(&event);
    event.Clear();  // the engine keeps no reference to it
    if (run.restart_every > 0 && (i + 1) % run.restart_every == 0) {
      const absl::Status status = Restart(engine->get());
      if (!status.ok()) sink.lines.push_back(status.ToString());
    }
  }
  (*engine)->AdvanceWatermark(stream.watermark);

  std::vector<std::string> lines = std::move(sink.lines);
  for (const RuleStats& rule : (*engine)->stats().rules) {
    lines.push_back(CountersLine(AsOracleCounters(rule)));
  }
  return lines;
}

Outcome Compare(const RuleSet& rules, const Stream& stream) {
  Outcome outcome;
  const Compiled compiled = CompileText(rules.Text(), rules.texts);
  if (compiled.plan == nullptr || IsEndless(compiled, stream)) {
    outcome.refused = true;
    return outcome;
  }
  const std::vector<std::string> lines =
      OracleLines(compiled.files, rules.texts, stream);
  outcome.alerts = lines.size() - compiled.plan->rules().size();
  std::string bytes;
  outcome.difference =
      FirstDifference(lines, EngineLines(compiled, stream, {}, &bytes));
  if (!outcome.difference.empty()) return outcome;
  for (const EngineRun& run :
       {EngineRun{.key_groups = 64, .hash_seed = 0x9E3779B97F4A7C15},
        EngineRun{.key_groups = 1000, .hash_seed = 7, .watermarks = true},
        EngineRun{.without_index = true, .in_batches = true},
        EngineRun{.restart_every = 3}}) {
    std::string other;
    const std::vector<std::string> other_lines =
        EngineLines(compiled, stream, run, &other);
    if (other == bytes && other_lines == lines) continue;
    outcome.difference = "other bytes or counters with " + NameOf(run) + "\n" +
                         bytes + "against\n" + other +
                         FirstDifference(lines, other_lines);
    break;
  }
  return outcome;
}

void Shrink(RuleSet* rules, Stream* stream) {
  const auto fails = [&] {
    return !Compare(*rules, *stream).difference.empty();
  };
  for (bool changed = true; changed;) {
    changed = ShrinkVector(&stream->events, fails);
    changed |= ShrinkVector(&rules->rules, fails);
    changed |= ShrinkVector(&rules->policy, fails);
    for (RuleSet::Rule& rule : rules->rules) {
      changed |= ShrinkVector(&rule.clauses, fails);
    }
    changed |= ShrinkVector(&rules->definitions, fails);
  }
}

std::string Report(const RuleSet& rules, const Stream& stream) {
  std::string text = rules.Text() + "\n";
  for (const EventPtr& event : stream.events) {
    text += std::to_string(event->sequence()) + " " +
            SinceStart(event->time()) + " ";
    AppendEventJson(*event, &text);
    text += '\n';
  }
  text += "watermark " + SinceStart(stream.watermark) + "\n";
  const Compiled compiled = CompileText(rules.Text(), rules.texts);
  if (compiled.plan == nullptr) return text + compiled.diagnostics;
  std::string bytes;
  text += "oracle\n";
  for (const std::string& line : OracleLines(compiled.files, rules.texts, stream)) {
    text += "  " + line + "\n";
  }
  text += "engine\n";
  for (const std::string& line : EngineLines(compiled, stream, {}, &bytes)) {
    text += "  " + line + "\n";
  }
  return text + Compare(rules, stream).difference;
}

}  // namespace mqwarden::oracle
