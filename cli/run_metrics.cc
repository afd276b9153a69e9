#include "mqwarden/cli/run_metrics.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/pipeline/live/metrics_text.h"

namespace mqwarden {

ReplayResult ResultOf(const LiveRun& run) {
  ReplayResult result;
  for (const auto& [name, stats] : run.source_stats()) {
    InputReport& report = result.files.emplace_back();
    report.path = name;
    report.bytes = stats.bytes;
    report.read = stats.records;
    for (const auto& [reason, count] : stats.rejected) {
      RejectReport& rejected = report.rejected[reason];
      rejected.count = count;
      const auto sample = stats.samples.find(reason);
      if (sample == stats.samples.end()) continue;
      rejected.first_offset = sample->second.offset;
      rejected.first_detail = sample->second.detail;
      rejected.first_excerpt = sample->second.excerpt;
    }
    report.normalized = report.read - report.rejected_count();
    if (stats.damage) {
      report.damage =
          stats.damage->what + " at byte " + std::to_string(stats.damage->offset);
    }
    report.passed_over.insert(stats.passed_over.begin(),
                              stats.passed_over.end());
  }
  if (const int64_t untimed = run.stats().without_time; untimed > 0) {
    InputReport& report = result.files.emplace_back();
    report.rejected["no_time"].count = untimed;
    report.normalized = -untimed;
  }
  result.engine = run.engine_stats();
  result.joins = run.joins_stats();
  return result;
}

std::string MetricsOf(const LiveRun& run) {
  const LiveStats stats = run.stats();
  MetricsText text;
  const auto add = [&text](std::string_view name, MetricType type,
                           std::string_view help, int64_t value) {
    text.Family(name, type, help);
    text.Sample({}, value);
  };
  using enum MetricType;
  add("mqwarden_run_events_total", kCounter, "Events that sources gave.",
      stats.events);
  add("mqwarden_run_without_time_total", kCounter,
      "Of these, rejected for want of a time.", stats.without_time);
  add("mqwarden_run_late_total", kCounter, "Events that came too late.",
      stats.late);
  add("mqwarden_run_future_total", kCounter,
      "Events dated ahead and dated back.", stats.future);
  add("mqwarden_run_hurried_total", kCounter,
      "Events that went on early, for want of room.", stats.hurried);
  add("mqwarden_run_lost_total", kCounter,
      "Datagrams that the system threw away.", run.lost());
  add("mqwarden_run_waiting_events", kGauge, "Events that wait for their turn.",
      stats.waiting);
  add("mqwarden_run_waiting_bytes", kGauge, "Their bytes.", stats.waiting_bytes);
  int64_t evicted = 0;
  for (const RuleStats& rule : run.engine_stats().rules) evicted += rule.keys_evicted;
  add("mqwarden_run_keys_evicted_total", kCounter,
      "Keys of rules that were given up at a bound.", evicted);
  add("mqwarden_run_checkpoints_total", kCounter, "Checkpoints written.",
      stats.checkpoints);
  add("mqwarden_run_reloads_total", kCounter, "Rule sets that took effect.",
      stats.reloads);
  if (stats.watermark) {
    text.Family("mqwarden_run_watermark_seconds", kGauge,
                "Event time that is decided, since the epoch.");
    text.SampleSeconds({}, stats.watermark->time_since_epoch());
  }
  const auto sources = run.source_stats();
  std::vector<std::pair<std::string, const IngestStats*>> ingest;
  for (const auto& [name, source] : sources) ingest.emplace_back(name, &source);
  AppendIngestMetrics(ingest, &text);
  AppendEngineMetrics(run.engine_stats(), &text);
  std::vector<std::pair<std::string, DestinationStats>> destinations;
  for (const auto& destination : run.destinations()) {
    destinations.emplace_back(destination->name(), destination->stats());
  }
  AppendDestinationMetrics(destinations, &text);
  return text.text();
}

}  // namespace mqwarden
