// The variants of a rule that a sweep runs: what is swept, and the plan of the
// rule text with other numbers in it.
#ifndef MQWARDEN_PIPELINE_TUNE_VARIANTS_H_
#define MQWARDEN_PIPELINE_TUNE_VARIANTS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/file_reader.h"
#include "mqwarden/rules/rule_places.h"

namespace mqwarden {

// Thread-compatible; `sources` and `files` outlive it.
class TuneVariants final {
 public:
  // Returns kNotFound for a rule or param that is not there, kInvalidArgument,
  // naming what there is, where it is not clear which number to sweep.
  static absl::StatusOr<TuneVariants> Create(
      std::span<const RuleSource> sources, FileReader* files,
      std::string_view rule, std::string_view param);

  const RulePlaces& places() const { return places_; }
  const std::string& number() const { return number_; }
  const std::string& param() const { return param_; }
  int64_t current() const { return current_; }
  Duration current_window() const { return current_window_; }
  bool rising() const { return rising_; }

  // The texts with this threshold and window.
  std::vector<RuleSource> Texts(int64_t threshold, Duration window) const;
  // Their plan, reduced to what may change what becomes of the rule, and without
  // the inventory, which the caller applies. Returns kInvalidArgument, with
  // `*diagnostics` filled, where the texts do not compile.
  absl::StatusOr<std::shared_ptr<const Plan>> Compile(
      int64_t threshold, Duration window, DiagnosticList* diagnostics) const;

  // The rule of `plan` alone as far as its own firings go, without mutes,
  // limits, or what its alerts would show besides their group.
  std::shared_ptr<const Plan> Bare(const std::shared_ptr<const Plan>& plan) const;

  // The inventory of the texts as they are; may be null.
  const Inventory* inventory() const { return base_->inventory(); }

  // How the text of the place's file changes, as `diff -u` shows it; "" where the
  // changed texts would not compile.
  std::string Patch(const TextReplacement& replacement) const;
  TextPlace number_place() const { return number_place_; }

 private:
  TuneVariants() = default;

  std::span<const RuleSource> sources_;
  FileReader* files_ = nullptr;
  std::string rule_;
  std::shared_ptr<const Plan> base_;
  RulePlaces places_;
  TextPlace number_place_;
  TextPlace window_place_;
  std::string number_;
  std::string param_;
  int64_t current_ = 0;
  Duration current_window_{};
  bool rising_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_VARIANTS_H_
