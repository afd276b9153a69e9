#include "mqwarden/ingest/formats/syslog_header.h"

#include <cstddef>

namespace mqwarden {
namespace {

constexpr int kMaxPriority = 191;
constexpr size_t kMaxTagBytes = 64;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void SkipBlanks(std::string_view* rest) {
  while (rest->starts_with(' ')) rest->remove_prefix(1);
}

std::string_view NextToken(std::string_view* rest) {
  const size_t end = rest->find(' ');
  const std::string_view token = rest->substr(0, end);
  rest->remove_prefix(token.size());
  SkipBlanks(rest);
  return token;
}

// `<13>`; nullopt for none.
std::optional<int> TakePriority(std::string_view* rest) {
  if (!rest->starts_with('<')) return std::nullopt;
  int value = 0;
  size_t at = 1;
  while (at < rest->size() && at < 4 && IsDigit((*rest)[at])) {
    value = value * 10 + ((*rest)[at++] - '0');
  }
  if (at == 1 || at >= rest->size() || (*rest)[at] != '>' ||
      value > kMaxPriority) {
    return std::nullopt;
  }
  rest->remove_prefix(at + 1);
  return value;
}

// `Apr 18 16:32:58`, perhaps with a year before the time or behind it, or a
// fraction. Nullopt, and nothing taken, for anything else.
std::optional<CivilTime> TakeDate(std::string_view* rest) {
  if (rest->size() < 14 || !IsLetter(rest->front()) || (*rest)[3] != ' ') {
    return std::nullopt;
  }
  CivilScanner scanner(*rest);
  CivilTime civil;
  civil.month = scanner.MonthName();
  scanner.Blanks();
  civil.day = scanner.Number(1, 2);
  scanner.Blanks();
  if (scanner.rest().size() > 5 && scanner.rest()[4] == ' ') {
    civil.year = scanner.Number(4);
    scanner.Blanks();
  }
  scanner.TimeOfDay(&civil);
  if (!scanner.ok()) return std::nullopt;
  *rest = scanner.rest();
  return civil;
}

// A date and time of ISO 8601, with a zone or without.
bool TakeIsoStamp(std::string_view* rest, SyslogHeader* header) {
  if (rest->size() < 19 || !IsDigit(rest->front()) || (*rest)[4] != '-') {
    return false;
  }
  CivilScanner scanner(*rest);
  CivilTime civil;
  scanner.YearMonthDay(&civil);
  if (!scanner.Accept('T')) scanner.Blanks();
  scanner.TimeOfDay(&civil);
  if (!scanner.ok()) return false;
  const auto offset = scanner.Offset();
  if (!scanner.ok()) return false;
  if (offset.has_value()) {
    header->time = ComposeTime(civil, *offset);
  } else {
    header->civil = civil;
  }
  *rest = scanner.rest();
  return true;
}

bool IsPayload(std::string_view text) {
  return text.starts_with("LEEF:") || text.starts_with("CEF:") ||
         text.starts_with('{') || text.starts_with('[') ||
         text.starts_with("AMQ") || text.starts_with("ICH408I") ||
         text.starts_with("+CSQ") || text.starts_with("CSQ");
}

// A message that some loggers write to files without a head.
bool IsBarePayload(std::string_view line) {
  return line.starts_with("LEEF:") || line.starts_with("CEF:") ||
         line.starts_with("QAUDJRN: [");
}

// `tag:`, `tag[123]:`, before the message.
void TakeTag(std::string_view* rest, SyslogHeader* header) {
  if (IsPayload(*rest)) return;
  size_t end = 0;
  while (end < rest->size() && end <= kMaxTagBytes && (*rest)[end] > ' ' &&
         (*rest)[end] != ':' && (*rest)[end] != '[') {
    ++end;
  }
  if (end == 0 || end > kMaxTagBytes || end == rest->size()) return;
  size_t after = end;
  std::string_view process;
  if ((*rest)[end] == '[') {
    const size_t close = rest->substr(0, end + kMaxTagBytes).find(']', end);
    if (close == rest->npos) return;
    process = rest->substr(end + 1, close - end - 1);
    after = close + 1;
  }
  if (after >= rest->size() || (*rest)[after] != ':') return;
  header->app = rest->substr(0, end);
  header->process = process;
  rest->remove_prefix(after + 1);
  SkipBlanks(rest);
}

std::string_view NotNil(std::string_view token) {
  return token == "-" ? std::string_view() : token;
}

// Behind `<PRI>1 `.
void ParseRfc5424(std::string_view rest, SyslogHeader* header) {
  const std::string_view stamp = NextToken(&rest);
  header->time = ParseTime(stamp);
  header->host = NotNil(NextToken(&rest));
  header->app = NotNil(NextToken(&rest));
  header->process = NotNil(NextToken(&rest));
  header->message_type = NotNil(NextToken(&rest));
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
  } else {
    const std::string_view all = rest;
    while (rest.starts_with('[')) {
      std::string_view element = rest.substr(1);
      const size_t id = element.find_first_of(" ]");
      if (id == element.npos) break;
      element.remove_prefix(id);
      std::string_view name;
      std::string_view value;
      while (NextStructuredParameter(&element, &name, &value)) {
      }
      SkipBlanks(&element);
      if (!element.starts_with(']')) break;
      rest = element.substr(1);
    }
    header->structured = all.substr(0, all.size() - rest.size());
  }
  SkipBlanks(&rest);
  if (rest.starts_with(kUtf8Mark)) rest.remove_prefix(kUtf8Mark.size());
  header->message = rest;
}

}  // namespace

bool BeginsSyslog(std::string_view line) {
  if (line.size() < 8) return false;
  if (IsBarePayload(line)) return true;
  if (line.front() == '<') {
    return TakePriority(&line).has_value();
  }
  if (IsLetter(line.front())) {
    return line[3] == ' ' && TakeDate(&line).has_value();
  }
  SyslogHeader header;
  if (!IsDigit(line.front()) || !TakeIsoStamp(&line, &header)) return false;
  line = line.substr(0, 256);
  return line.find(" LEEF:") != line.npos || line.find(" CEF:") != line.npos ||
         line.find(" QAUDJRN") != line.npos ||
         line.find(" QSYSOPR") != line.npos ||
         line.find(" ibm-mq") != line.npos;
}

bool ParseSyslogHeader(std::string_view line, SyslogHeader* header) {
  *header = SyslogHeader();
  if (line.starts_with(kUtf8Mark)) line.remove_prefix(kUtf8Mark.size());
  header->priority = TakePriority(&line);
  if (header->priority.has_value() && line.starts_with("1 ")) {
    ParseRfc5424(line.substr(2), header);
    return true;
  }
  SkipBlanks(&line);
  bool has_time = false;
  if (const auto civil = TakeDate(&line)) {
    header->civil = civil;
    has_time = true;
  } else {
    has_time = TakeIsoStamp(&line, header);
  }
  if (!has_time && !header->priority.has_value() && !IsBarePayload(line)) {
    return false;
  }
  SkipBlanks(&line);
  // Behind a time stands the host, but where the tag or the message follows.
  if (has_time && !IsPayload(line)) {
    const std::string_view token = line.substr(0, line.find(' '));
    const bool is_tag = token.ends_with(':') && token.find(':') + 1 == token.size();
    if (!is_tag && token.size() < line.size()) header->host = NextToken(&line);
  }
  TakeTag(&line, header);
  header->message = line;
  return true;
}

bool NextStructuredParameter(std::string_view* rest, std::string_view* name,
                             std::string_view* value) {
  std::string_view text = *rest;
  SkipBlanks(&text);
  size_t equals = 0;
  while (equals < text.size() && text[equals] != '=' && text[equals] != ' ' &&
         text[equals] != ']' && text[equals] != '"') {
    ++equals;
  }
  if (equals == 0 || equals + 1 >= text.size() || text[equals] != '=' ||
      text[equals + 1] != '"') {
    return false;
  }
  size_t end = equals + 2;
  while (end < text.size() && text[end] != '"') {
    end += text[end] == '\\' ? 2 : 1;
  }
  if (end >= text.size()) return false;
  *name = text.substr(0, equals);
  *value = text.substr(equals + 2, end - equals - 2);
  *rest = text.substr(end + 1);
  return true;
}

}  // namespace mqwarden
