// Figures of a run in the text format of Prometheus, version 0.0.4.
//
//   MetricsText text;
//   text.Family("mqwarden_events_total", MetricType::kCounter, "Events taken.");
//   text.Sample({{"source", "qm1"}}, 42);
//
// A family is written once, all its samples together. Names are ours; values of labels
// may be any text and are escaped. Equal calls give equal bytes.
#ifndef MQWARDEN_PIPELINE_LIVE_METRICS_TEXT_H_
#define MQWARDEN_PIPELINE_LIVE_METRICS_TEXT_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/ingest/ingest_stats.h"
#include "mqwarden/pipeline/live/destination.h"

namespace mqwarden {

enum class MetricType : uint8_t { kCounter, kGauge };

// Thread-compatible.
class MetricsText {
 public:
  using Labels =
      std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void Family(std::string_view name, MetricType type, std::string_view help);
  // Of the last family.
  void Sample(Labels labels, int64_t value);
  void SampleSeconds(Labels labels, Duration value);

  const std::string& text() const { return text_; }

 private:
  void Head(Labels labels);

  std::string text_;
  std::string family_;
};

// Every counter of an engine, by rule and by report.
void AppendEngineMetrics(const EngineStats& stats, MetricsText* text);

// Every counter of the readers, by source.
void AppendIngestMetrics(
    const std::vector<std::pair<std::string, const IngestStats*>>& sources,
    MetricsText* text);

// Every counter of the destinations, by name.
void AppendDestinationMetrics(
    const std::vector<std::pair<std::string, DestinationStats>>& destinations,
    MetricsText* text);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_METRICS_TEXT_H_
