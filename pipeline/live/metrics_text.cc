#include "mqwarden/pipeline/live/metrics_text.h"

#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

// A value of a label: UTF-8 of one line, its quotes and backslashes escaped.
void AppendLabelValue(std::string_view value, std::string* out) {
  while (!value.empty()) {
    const Utf8Char c = DecodeUtf8(value);
    if (!c.valid) {
      *out += "\xEF\xBF\xBD";
    } else if (value[0] == '\n') {
      *out += "\\n";
    } else {
      if (value[0] == '"' || value[0] == '\\') *out += '\\';
      *out += value.substr(0, c.size);
    }
    value.remove_prefix(c.size);
  }
}

// One counter of each rule, report or destination: its name, its help and where it is.
template <typename Stats>
struct Counter {
  const char* name;
  MetricType type;
  const char* help;
  int64_t Stats::* value;
};

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;

constexpr Counter<RuleStats> kRuleCounters[] = {
    {"mqwarden_rule_evaluations_total", kCounter,
     "Events of the kinds of the rule.", &RuleStats::evaluations},
    {"mqwarden_rule_matched_total", kCounter,
     "Of these, events that passed where.", &RuleStats::matched},
    {"mqwarden_rule_excluded_total", kCounter,
     "Of the matched, events that were excluded.", &RuleStats::excluded},
    {"mqwarden_rule_without_key_total", kCounter,
     "Of the matched, events that lack a field of by.", &RuleStats::without_key},
    {"mqwarden_rule_late_total", kCounter,
     "Of the matched, events too late for a window.", &RuleStats::late},
    {"mqwarden_rule_fired_total", kCounter,
     "Open alerts before mutes and limits.", &RuleStats::fired},
    {"mqwarden_rule_muted_total", kCounter, "Alerts that were muted.",
     &RuleStats::muted},
    {"mqwarden_rule_limited_total", kCounter, "Alerts that limits held.",
     &RuleStats::limited},
    {"mqwarden_rule_sent_total", kCounter, "Alerts that were sent.",
     &RuleStats::sent},
    {"mqwarden_rule_sent_after_mute_total", kCounter,
     "Of the sent, alerts that a mute had kept back.", &RuleStats::sent_after_mute},
    {"mqwarden_rule_limited_after_mute_total", kCounter,
     "Of the limited, alerts that a mute had kept back.",
     &RuleStats::limited_after_mute},
    {"mqwarden_rule_updates_total", kCounter, "Updates that were sent.",
     &RuleStats::updates},
    {"mqwarden_rule_resolved_total", kCounter, "Resolutions that were sent.",
     &RuleStats::resolved},
    {"mqwarden_rule_digests_total", kCounter, "Digests that were sent.",
     &RuleStats::digests},
    {"mqwarden_rule_unsure_total", kCounter,
     "Firings of new and rare that a bound on memory made unsure.",
     &RuleStats::unsure},
    {"mqwarden_rule_undecided", kGauge, "Waits that are open.",
     &RuleStats::undecided},
    {"mqwarden_rule_keys_live", kGauge, "Keys with state.", &RuleStats::keys_live},
    {"mqwarden_rule_keys_evicted_total", kCounter,
     "Keys that were given up at a bound.", &RuleStats::keys_evicted},
    {"mqwarden_rule_keys_saturated_total", kCounter,
     "Keys whose window was full.", &RuleStats::keys_saturated},
};

constexpr Counter<ReportStats> kReportCounters[] = {
    {"mqwarden_report_matched_total", kCounter,
     "Events that passed where of the report.", &ReportStats::matched},
    {"mqwarden_report_excluded_total", kCounter,
     "Of the matched, events that were excluded.", &ReportStats::excluded},
    {"mqwarden_report_without_key_total", kCounter,
     "Of the matched, events that lack a field of by.", &ReportStats::without_key},
    {"mqwarden_report_late_total", kCounter,
     "Of the matched, events too late for their period.", &ReportStats::late},
    {"mqwarden_report_sent_total", kCounter, "Records that were sent.",
     &ReportStats::sent},
    {"mqwarden_report_keys_evicted_total", kCounter,
     "Groups that were given up at a bound.", &ReportStats::keys_evicted},
    {"mqwarden_report_keys_saturated_total", kCounter,
     "Groups whose totals were full.", &ReportStats::keys_saturated},
};

constexpr Counter<DestinationStats> kDestinationCounters[] = {
    {"mqwarden_destination_taken_total", kCounter,
     "Records taken since the process began.", &DestinationStats::taken},
    {"mqwarden_destination_acknowledged_total", kCounter,
     "Records known to have arrived.", &DestinationStats::acknowledged},
    {"mqwarden_destination_waiting", kGauge, "Records that wait.",
     &DestinationStats::waiting},
    {"mqwarden_destination_waiting_bytes", kGauge, "Bytes that wait.",
     &DestinationStats::waiting_bytes},
    {"mqwarden_destination_failures_total", kCounter,
     "Failures of connecting and sending.", &DestinationStats::failures},
};

}  // namespace

void MetricsText::Family(std::string_view name, MetricType type,
                         std::string_view help) {
  family_ = name;
  text_ += "# HELP ";
  text_ += name;
  text_ += ' ';
  text_ += help;
  text_ += "\n# TYPE ";
  text_ += name;
  text_ += type == MetricType::kCounter ? " counter\n" : " gauge\n";
}

void MetricsText::Head(Labels labels) {
  text_ += family_;
  char before = '{';
  for (const auto& [name, value] : labels) {
    text_ += before;
    before = ',';
    text_ += name;
    text_ += "=\"";
    AppendLabelValue(value, &text_);
    text_ += '"';
  }
  if (before == ',') text_ += '}';
  text_ += ' ';
}

void MetricsText::Sample(Labels labels, int64_t value) {
  Head(labels);
  text_ += std::to_string(value);
  text_ += '\n';
}

void MetricsText::SampleSeconds(Labels labels, Duration value) {
  Head(labels);
  const int64_t nanos = value.count();
  const uint64_t size = nanos < 0 ? 0 - static_cast<uint64_t>(nanos)
                                  : static_cast<uint64_t>(nanos);
  std::string fraction = std::to_string(size % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  if (nanos < 0) text_ += '-';
  text_ += std::to_string(size / 1'000'000'000) + "." + fraction + "\n";
}

void AppendEngineMetrics(const EngineStats& stats, MetricsText* text) {
  text->Family("mqwarden_events_total", kCounter, "Events given to the rules.");
  text->Sample({}, stats.events);
  text->Family("mqwarden_late_events_total", kCounter,
               "Of these, events behind the watermark.");
  text->Sample({}, stats.late);
  text->Family("mqwarden_untimed_events_total", kCounter,
               "Of these, events without a time or a kind.");
  text->Sample({}, stats.untimed);
  for (const Counter<RuleStats>& counter : kRuleCounters) {
    if (stats.rules.empty()) break;
    text->Family(counter.name, counter.type, counter.help);
    for (const RuleStats& rule : stats.rules) {
      text->Sample({{"rule", rule.rule}}, rule.*counter.value);
    }
  }
  bool has_labels = false;
  for (const RuleStats& rule : stats.rules) {
    for (const auto& [label, count] : rule.excluded_by_label) {
      if (!has_labels) {
        text->Family("mqwarden_rule_excluded_by_label_total", kCounter,
                     "Of the excluded, by the label of the exclude.");
        has_labels = true;
      }
      text->Sample({{"rule", rule.rule}, {"label", label}}, count);
    }
  }
  for (const Counter<ReportStats>& counter : kReportCounters) {
    if (stats.reports.empty()) break;
    text->Family(counter.name, counter.type, counter.help);
    for (const ReportStats& report : stats.reports) {
      text->Sample({{"report", report.report}}, report.*counter.value);
    }
  }
}

void AppendIngestMetrics(
    const std::vector<std::pair<std::string, const IngestStats*>>& sources,
    MetricsText* text) {
  constexpr Counter<IngestStats> kCounters[] = {
      {"mqwarden_source_bytes_total", kCounter, "Bytes read, decompressed.",
       &IngestStats::bytes},
      {"mqwarden_source_records_total", kCounter,
       "Records read: events and rejected ones.", &IngestStats::records},
      {"mqwarden_source_events_total", kCounter, "Events read.",
       &IngestStats::events},
  };
  if (sources.empty()) return;
  for (const Counter<IngestStats>& counter : kCounters) {
    text->Family(counter.name, counter.type, counter.help);
    for (const auto& [name, stats] : sources) {
      text->Sample({{"source", name}}, stats->*counter.value);
    }
  }
  text->Family("mqwarden_source_rejected_total", kCounter,
               "Records that are no event, by reason.");
  for (const auto& [name, stats] : sources) {
    for (const auto& [reason, count] : stats->rejected) {
      text->Sample({{"source", name}, {"reason", reason}}, count);
    }
  }
  text->Family("mqwarden_source_passed_over_total", kCounter,
               "Records without an event of their own, by what they are.");
  for (const auto& [name, stats] : sources) {
    for (const auto& [what, count] : stats->passed_over) {
      text->Sample({{"source", name}, {"what", what}}, count);
    }
  }
}

void AppendDestinationMetrics(
    const std::vector<std::pair<std::string, DestinationStats>>& destinations,
    MetricsText* text) {
  if (destinations.empty()) return;
  for (const Counter<DestinationStats>& counter : kDestinationCounters) {
    text->Family(counter.name, counter.type, counter.help);
    for (const auto& [name, stats] : destinations) {
      text->Sample({{"destination", name}}, stats.*counter.value);
    }
  }
  text->Family("mqwarden_destination_down", kGauge,
               "1 while the destination cannot be reached.");
  for (const auto& [name, stats] : destinations) {
    text->Sample({{"destination", name}}, stats.is_down ? 1 : 0);
  }
}

}  // namespace mqwarden
