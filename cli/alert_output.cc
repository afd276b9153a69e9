#include "mqwarden/cli/alert_output.h"

#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/sinks/jsonl_sink.h"
#include "mqwarden/sinks/text_sink.h"

namespace mqwarden {

struct AlertOutputs::Output {
  explicit Output(const AlertOutputSpec& spec) : file(spec.path) {
    const auto write = [this](std::string_view bytes) {
      return file.Write(bytes);
    };
    if (spec.format == AlertOutputSpec::Format::kJsonl) {
      sink = std::make_unique<JsonlSink>(write);
    } else {
      const bool color = file.is_stdout() && StdoutHasColor();
      sink = std::make_unique<TextSink>(write, TextSinkOptions{color});
    }
  }

  OutputFile file;  // remembers its first failure
  std::unique_ptr<AlertSink> sink;
};

std::optional<AlertOutputSpec> ParseAlertOutput(std::string_view text,
                                                std::string* error) {
  const size_t colon = text.find(':');
  const std::string_view format = text.substr(0, colon);
  AlertOutputSpec spec;
  if (colon == std::string_view::npos || colon + 1 == text.size()) {
    *error = "not of the form FORMAT:PATH: " + std::string(text);
    return std::nullopt;
  }
  spec.path = text.substr(colon + 1);
  if (format == "jsonl") {
    spec.format = AlertOutputSpec::Format::kJsonl;
  } else if (format == "text") {
    spec.format = AlertOutputSpec::Format::kText;
  } else {
    *error = "alerts are written as jsonl or text, not as " +
             std::string(format);
    return std::nullopt;
  }
  return spec;
}

absl::StatusOr<std::unique_ptr<AlertOutputs>> AlertOutputs::Open(
    const std::vector<AlertOutputSpec>& specs, std::optional<int64_t> limit) {
  std::unique_ptr<AlertOutputs> outputs(new AlertOutputs);
  outputs->limit_ = limit;
  for (const AlertOutputSpec& spec : specs) {
    outputs->outputs_.push_back(std::make_shared<Output>(spec));
    MQWARDEN_RETURN_IF_ERROR(outputs->outputs_.back()->file.Open());
  }
  return outputs;
}

void AlertOutputs::OnAlert(const Alert& alert) {
  if (limit_ && written_ >= *limit_) {
    ++left_out_;
    return;
  }
  ++written_;
  for (const auto& output : outputs_) output->sink->OnAlert(alert);
}

void AlertOutputs::OnReport(const ReportRecord& report) {
  for (const auto& output : outputs_) output->sink->OnReport(report);
}

absl::Status AlertOutputs::Close() {
  absl::Status first;
  for (const auto& output : outputs_) {
    const absl::Status status = output->file.Close();
    if (first.ok()) first = status;
  }
  return first;
}

}  // namespace mqwarden
