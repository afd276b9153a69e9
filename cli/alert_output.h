// Where `replay` writes its alerts: the outputs of `--out`, each a format and a
// file, of which only the first N alerts are written.
#ifndef MQWARDEN_CLI_ALERT_OUTPUT_H_
#define MQWARDEN_CLI_ALERT_OUTPUT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

struct AlertOutputSpec {
  enum class Format : uint8_t { kJsonl, kText };
  Format format = Format::kJsonl;
  std::string path;  // "-": standard output
};

// `FORMAT:PATH`; nullopt with the reason in `*error`.
std::optional<AlertOutputSpec> ParseAlertOutput(std::string_view text,
                                                std::string* error);

class AlertOutputs final : public AlertSink {
 public:
  // Opens every file. `limit`: alerts to write.
  static absl::StatusOr<std::unique_ptr<AlertOutputs>> Open(
      const std::vector<AlertOutputSpec>& specs,
      std::optional<int64_t> limit);

  void OnAlert(const Alert& alert) override;
  // The limit is of alerts: reports are all written.
  void OnReport(const ReportRecord& report) override;

  // The first failure of any output, also of an earlier write.
  absl::Status Close();
  int64_t left_out() const { return left_out_; }

 private:
  struct Output;
  AlertOutputs() = default;

  std::optional<int64_t> limit_;
  std::vector<std::shared_ptr<Output>> outputs_;
  int64_t written_ = 0;
  int64_t left_out_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_ALERT_OUTPUT_H_
