#include "mqwarden/pipeline/alert_spool.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/pipeline/alert_codec.h"
#include "mqwarden/schema/report.h"

namespace mqwarden {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

// What stands before the bytes of a record.
struct Header {
  uint32_t size;
  char type;
};
constexpr char kAlert = 'a';
constexpr char kReport = 'r';
constexpr size_t kHeaderBytes = sizeof(uint32_t) + 1;

// Gives the whole records that `*bytes` begins with, and leaves the rest in it.
bool GiveWhole(std::string_view* bytes, AlertSink* sink) {
  while (bytes->size() >= kHeaderBytes) {
    Header header;
    std::memcpy(&header.size, bytes->data(), sizeof(header.size));
    header.type = (*bytes)[sizeof(header.size)];
    if (bytes->size() - kHeaderBytes < header.size) return true;
    const std::string_view body = bytes->substr(kHeaderBytes, header.size);
    if (header.type == kAlert) {
      Alert alert;
      if (!DecodeAlert(body, &alert)) return false;
      sink->OnAlert(alert);
    } else {
      ReportRecord report;
      if (!DecodeReport(body, &report)) return false;
      sink->OnReport(report);
    }
    bytes->remove_prefix(kHeaderBytes + header.size);
  }
  return true;
}

absl::Status Damaged() {
  return absl::DataLossError("a temporary file is damaged");
}

}  // namespace

AlertSpool::AlertSpool(size_t memory_bytes, std::string temp_folder)
    : memory_bytes_(memory_bytes), file_(std::move(temp_folder)) {}

void AlertSpool::OnAlert(const Alert& alert) {
  record_.assign(kHeaderBytes, '\0');
  EncodeAlert(alert, &record_);
  KeepRecord(kAlert);
}

void AlertSpool::OnReport(const ReportRecord& report) {
  record_.assign(kHeaderBytes, '\0');
  EncodeReport(report, &record_);
  KeepRecord(kReport);
}

void AlertSpool::KeepRecord(char type) {
  if (!status_.ok()) return;
  const auto size = static_cast<uint32_t>(record_.size() - kHeaderBytes);
  std::memcpy(record_.data(), &size, sizeof(size));
  record_[sizeof(size)] = type;
  held_ += record_;
  if (held_.size() < memory_bytes_) return;
  status_ = file_.Append(held_);
  held_.clear();
}

absl::Status AlertSpool::Release(AlertSink* sink) {
  MQWARDEN_RETURN_IF_ERROR(status_);
  std::string block;
  for (int64_t offset = 0; offset < file_.size();) {
    const size_t have = block.size();
    const auto more = static_cast<size_t>(std::min<int64_t>(
        static_cast<int64_t>(kReadBytes), file_.size() - offset));
    block.resize(have + more);
    MQWARDEN_RETURN_IF_ERROR(file_.ReadAt(offset, more, &block[have]));
    offset += static_cast<int64_t>(more);
    std::string_view rest = block;
    if (!GiveWhole(&rest, sink)) return Damaged();
    block.erase(0, block.size() - rest.size());
  }
  // Records are written whole, so none goes on in memory.
  std::string_view rest = held_;
  if (!block.empty() || !GiveWhole(&rest, sink) || !rest.empty()) {
    return Damaged();
  }
  held_.clear();
  return absl::OkStatus();
}

}  // namespace mqwarden
