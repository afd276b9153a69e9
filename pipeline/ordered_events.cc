#include "mqwarden/pipeline/ordered_events.h"

#include "mqwarden/base/status_macros.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

OrderedEvents::OrderedEvents(const InputOptions& input,
                             const SortedMergeOptions& merge,
                             const EventJoinsOptions& joins)
    : input_(input), joins_(joins), merge_(merge) {}

absl::StatusOr<InputSummary> OrderedEvents::Read(
    const std::function<absl::Status(Event*)>& on_untimed,
    const std::function<void(const InputProgress&)>& on_progress) {
  InputHandler handler;
  handler.begin_file = [this] { merge_.BeginInput(); };
  handler.on_event = [&](Event* event) -> absl::StatusOr<std::string_view> {
    if (!event->Has(FieldId::kTime)) {
      if (!on_untimed) return kRejectNoTime;
      MQWARDEN_RETURN_IF_ERROR(on_untimed(event));
      return std::string_view();
    }
    if (event->infers_channel_type() && event->Has(FieldId::kSource)) {
      sources_ |= uint32_t{1} << event->Int(FieldId::kSource);
    }
    MQWARDEN_RETURN_IF_ERROR(merge_.Add(*event));
    return std::string_view();
  };
  handler.on_progress = on_progress;
  return ReadInputs(input_, handler);
}

absl::Status OrderedEvents::Give(
    const std::function<bool(const Event&)>& before,
    const EventJoins::Sink& take) {
  joins_.same_facts.sources &= sources_;
  EventJoins joins(joins_, take);
  MQWARDEN_RETURN_IF_ERROR(merge_.Finish([&](Event* event) {
    if (!before(*event)) return false;
    joins.Process(event);
    return true;
  }));
  joins.Finish();
  stats_ = joins.stats();
  return absl::OkStatus();
}

}  // namespace mqwarden
