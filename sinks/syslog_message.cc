#include "mqwarden/sinks/syslog_message.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden {
namespace {

constexpr size_t kNoLimit = static_cast<size_t>(-1);
constexpr size_t kMinBytes = 2048;
constexpr size_t kMaxBytes = size_t{1} << 20;
// Of a message that is cut: with these, everything but the body takes less than
// kMinBytes (the header at most 350, the first element 650, the group 850).
constexpr size_t kCutValueBytes = 64;
constexpr size_t kCutGroupFields = 8;
constexpr size_t kMaxNameBytes = 32;  // of a parameter, by the RFC

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7F; });
}

absl::Status CheckName(const char* option, std::string_view text, size_t most) {
  if (!text.empty() && text.size() <= most && IsPrintableAscii(text)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      std::string(option) + " is not 1 to " + std::to_string(most) +
      " printable ASCII characters");
}

int SyslogSeverity(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return 2;
    case Severity::kHigh:
      return 3;
    case Severity::kMedium:
      return 4;
    case Severity::kLow:
      return 5;
    case Severity::kInfo:
      return 6;
  }
  return 6;
}

// Six digits of fraction at most, and none that is zero at the end; the RFC has
// years of four digits, which all of ours are.
std::string SyslogTime(Time time) {
  std::string text = FormatTime(time);
  text.resize(text.size() - 4);  // three digits and the Z
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "Z";
}

// The longest beginning of whole characters in `most` bytes.
std::string_view Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  size_t size = 0;
  while (size < most) {
    const size_t next = size + Utf8CharSize(text.substr(size));
    if (next > most) break;
    size = next;
  }
  return text.substr(0, size);
}

// A name of a parameter: PRINTUSASCII without `=`, `]` and `"`.
std::string ParamName(std::string_view name) {
  std::string out(name.substr(0, kMaxNameBytes));
  for (char& c : out) {
    if (c <= ' ' || c >= 0x7F || c == '=' || c == ']' || c == '"') c = '_';
  }
  return out.empty() ? "_" : out;
}

class MessageWriter {
 public:
  MessageWriter(const SyslogMessageOptions& options, bool cut, std::string* out)
      : options_(options), cut_(cut), start_(out->size()), out_(*out) {}

  void Header(Severity severity, Time time, std::string_view message_id) {
    out_ += '<';
    out_ += std::to_string(options_.facility * 8 + SyslogSeverity(severity));
    out_ += ">1 ";
    out_ += SyslogTime(time);
    for (const std::string_view part :
         {std::string_view(options_.hostname), std::string_view(options_.app_name),
          std::string_view("-"), message_id}) {
      out_ += ' ';
      out_ += part;
    }
    out_ += ' ';
  }

  void BeginElement(std::string_view name) {
    out_ += '[';
    out_ += name;
    out_ += '@';
    out_ += options_.enterprise;
  }
  void EndElement() { out_ += ']'; }

  void Param(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += ParamName(name);
    out_ += "=\"";
    const std::string shown = EscapeForTerminal(value);
    // Cut before it is escaped, which doubles a byte at most, so that no escape of
    // the RFC is halved.
    for (const char c : Cut(shown, cut_ ? kCutValueBytes / 2 : kNoLimit)) {
      if (c == '"' || c == '\\' || c == ']') out_ += '\\';
      out_ += c;
    }
    out_ += '"';
  }
  void ParamIfAny(std::string_view name, std::string_view value) {
    if (!value.empty()) Param(name, value);
  }
  void Flag(std::string_view name, bool value) {
    if (value) Param(name, "true");
  }
  void CutFlag() { Flag("cut", cut_); }

  void Group(const std::vector<AlertField>& group) {
    if (group.empty()) return;
    BeginElement("group");
    size_t fields = 0;
    for (const AlertField& field : group) {
      if (cut_ && fields++ == kCutGroupFields) break;
      Param(field.name, ValueText(field.value));
    }
    EndElement();
  }

  // Of JSON a part is of no use to a reader: a message that is cut has `words`.
  void Body(std::string_view text, std::string_view words) {
    if (cut_) text = words;
    if (text.empty()) return;
    const bool ascii =
        std::all_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    out_ += ' ';
    if (!ascii) out_ += "\xEF\xBB\xBF";
    const size_t used = out_.size() - start_;
    out_ += Cut(text, cut_ ? options_.max_bytes - used : kNoLimit);
  }

  bool fits() const { return out_.size() - start_ <= options_.max_bytes; }
  void Undo() { out_.resize(start_); }

 private:
  // Lists as their elements with a comma between them.
  static std::string ValueText(const AlertValue& value) {
    switch (value.form) {
      case AlertValue::Form::kBool:
        return value.boolean ? "true" : "false";
      case AlertValue::Form::kList: {
        std::string text;
        for (const AlertValue& element : value.list) {
          if (!text.empty()) text += ',';
          text += element.form == AlertValue::Form::kList ? element.text
                                                           : ValueText(element);
        }
        return text;
      }
      case AlertValue::Form::kText:
      case AlertValue::Form::kNumber:
        return value.text;
    }
    return value.text;
  }

  const SyslogMessageOptions& options_;
  const bool cut_;
  const size_t start_;
  std::string& out_;
};

// Outside ASCII JSON has characters only within its texts, where \uXXXX means the
// same.
std::string AsciiJson(std::string_view json) {
  std::string out;
  const auto unit = [&out](uint32_t value) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
      out += "0123456789abcdef"[value >> shift & 0xF];
    }
  };
  while (!json.empty()) {
    const Utf8Char c = DecodeUtf8(json);
    if (c.size == 1 && json[0] != 0x7F) {
      out += json[0];
    } else if (c.code_point < 0x10000) {
      unit(c.code_point);
    } else {
      unit(0xD7C0 + (c.code_point >> 10));
      unit(0xDC00 + (c.code_point & 0x3FF));
    }
    json.remove_prefix(c.size);
  }
  return out;
}

std::string Words(std::string_view title, std::string_view summary) {
  std::string text = EscapeForTerminal(title);
  if (!title.empty() && !summary.empty()) text += ": ";
  AppendEscapedForTerminal(summary, &text);
  return text;
}

// Writes all of the message, and again with its parts cut where that is too much.
template <typename Write>
void WriteWithinBound(const SyslogMessageOptions& options, std::string* out,
                      const Write& write) {
  MessageWriter whole(options, /*cut=*/false, out);
  write(&whole);
  if (whole.fits()) return;
  whole.Undo();
  MessageWriter cut(options, /*cut=*/true, out);
  write(&cut);
}

}  // namespace

absl::Status CheckSyslogMessageOptions(const SyslogMessageOptions& options) {
  if (options.max_bytes < kMinBytes || options.max_bytes > kMaxBytes) {
    return absl::InvalidArgumentError(
        "max_bytes is " + std::to_string(options.max_bytes) + ", not " +
        std::to_string(kMinBytes) + " to " + std::to_string(kMaxBytes));
  }
  if (options.facility < 0 || options.facility > 23) {
    return absl::InvalidArgumentError(
        "facility is " + std::to_string(options.facility) + ", not 0 to 23");
  }
  if (absl::Status status = CheckName("hostname", options.hostname, 255);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckName("app_name", options.app_name, 48);
      !status.ok()) {
    return status;
  }
  const std::string& number = options.enterprise;
  if (number.empty() || number.size() > 20 ||
      number.find_first_not_of("0123456789.") != std::string::npos) {
    return absl::InvalidArgumentError(
        "enterprise is not 1 to 20 digits and dots");
  }
  return absl::OkStatus();
}

void AppendSyslogMessage(const Alert& alert, const SyslogMessageOptions& options,
                         std::string* out) {
  const std::string words = Words(alert.title, alert.summary);
  std::string body = words;
  if (options.body == SyslogMessageOptions::Body::kJson) {
    std::string json;
    AppendAlertJson(alert, &json);
    body = AsciiJson(json);
  }
  WriteWithinBound(options, out, [&](MessageWriter* writer) {
    writer->Header(alert.severity, alert.time, AlertStateName(alert.state));
    writer->BeginElement("mqwarden");
    writer->Param("id", ToHex(alert.id));
    writer->Param("rule", alert.rule);
    writer->ParamIfAny("version", alert.version);
    writer->Param("state", AlertStateName(alert.state));
    writer->Param("severity", SeverityName(alert.severity));
    writer->Param("count", std::to_string(alert.count));
    if (alert.first) writer->Param("first", FormatTime(*alert.first));
    if (alert.last) writer->Param("last", FormatTime(*alert.last));
    if (alert.held != 0) writer->Param("held", std::to_string(alert.held));
    writer->ParamIfAny("muted", alert.muted);
    writer->Flag("state_evicted", alert.state_evicted);
    writer->CutFlag();
    writer->EndElement();
    writer->Group(alert.group);
    writer->Body(body, words);
  });
}

void AppendSyslogMessage(const ReportRecord& report,
                         const SyslogMessageOptions& options, std::string* out) {
  const std::string words = EscapeForTerminal(report.title);
  std::string body = words;
  if (options.body == SyslogMessageOptions::Body::kJson) {
    std::string json;
    AppendReportJson(report, &json);
    body = AsciiJson(json);
  }
  WriteWithinBound(options, out, [&](MessageWriter* writer) {
    writer->Header(Severity::kInfo, report.time, "report");
    writer->BeginElement("mqwarden");
    writer->Param("report", report.report);
    writer->Param("total", std::to_string(report.total));
    writer->Flag("state_evicted", report.state_evicted);
    writer->CutFlag();
    writer->EndElement();
    writer->Body(body, words);
  });
}

void AppendSyslogFrame(std::string_view message, SyslogFraming framing,
                       std::string* out) {
  if (framing == SyslogFraming::kOctetCounted) {
    *out += std::to_string(message.size());
    *out += ' ';
  }
  *out += message;
  if (framing == SyslogFraming::kNewline) *out += '\n';
}

}  // namespace mqwarden
