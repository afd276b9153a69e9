#include "mqwarden/ingest/formats/qsysopr.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/formats/syslog.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

// How far behind a tag of the operator queue the id is looked for.
constexpr int kMaxWordsBefore = 6;
constexpr int64_t kMaxPatternMemory = 1 << 20;
constexpr int kMaxGroups = 8;
// A message has its id near its beginning.
constexpr size_t kMaxSearchedBytes = 512;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

re2::StringPiece ToRe2(std::string_view text) {
  return re2::StringPiece(text.data(), text.size());
}

re2::RE2::Options PatternOptions() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  return options;
}

std::string_view TrimLeft(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == ':' ||
                           text.front() == '\t')) {
    text.remove_prefix(1);
  }
  return text;
}

// `CPF1107`, with a digit, which words in capitals have not.
bool IsMessageId(std::string_view word) {
  if (word.size() != 7) return false;
  bool has_digit = false;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    has_digit = has_digit || IsDigit(c);
    const bool fits = i < 3 ? c >= 'A' && c <= 'Z'
                            : IsDigit(c) || (c >= 'A' && c <= 'F');
    if (!fits) return false;
  }
  return has_digit;
}

bool IsOperatorTag(std::string_view tag) {
  return tag.find("QSYSOPR") != tag.npos || tag.find("QSYSMSG") != tag.npos;
}

// Takes `40 ` or `(40) ` off the text.
void SplitSeverity(QsysoprMessage* message) {
  std::string_view text = TrimLeft(message->text);
  const bool bracketed = text.starts_with('(');
  std::string_view digits = text.substr(bracketed ? 1 : 0);
  if (digits.size() >= 2 && IsDigit(digits[0]) && IsDigit(digits[1]) &&
      (digits.size() == 2 || digits[2] == (bracketed ? ')' : ' '))) {
    message->severity = digits.substr(0, 2);
    text = digits.substr(std::min<size_t>(3, digits.size()));
  }
  message->text = TrimLeft(text);
}

std::optional<QsysoprMessage> FindDefault(std::string_view tag,
                                          std::string_view text) {
  const int words = IsOperatorTag(tag) ? kMaxWordsBefore : 1;
  text = TrimLeft(text);
  for (int i = 0; i < words && !text.empty(); ++i) {
    const size_t end = text.find_first_of(" :\t");
    const std::string_view word = text.substr(0, end);
    const std::string_view rest =
        end == text.npos ? std::string_view() : text.substr(end);
    if (IsMessageId(word)) {
      QsysoprMessage message{word, {}, rest};
      SplitSeverity(&message);
      return message;
    }
    text = TrimLeft(rest);
  }
  return std::nullopt;
}

}  // namespace

struct QsysoprPattern::Compiled {
  explicit Compiled(std::string_view pattern)
      : expression(ToRe2(pattern), PatternOptions()) {
    if (!expression.ok()) return;
    const std::map<std::string, int>& names = expression.NamedCapturingGroups();
    const auto group = [&names](const char* name) {
      const auto it = names.find(name);
      return it == names.end() ? -1 : it->second;
    };
    id = group("id");
    severity = group("sev");
    text = group("text");
    groups = std::min(expression.NumberOfCapturingGroups(), kMaxGroups);
    if (id < 0) id = groups > 0 ? 1 : 0;
  }

  const re2::RE2 expression;
  int id = 0;
  int severity = -1;
  int text = -1;
  int groups = 0;
};

QsysoprPattern::QsysoprPattern(std::string_view pattern)
    : compiled_(pattern.empty() ? nullptr
                                : std::make_unique<Compiled>(pattern)) {}

QsysoprPattern::~QsysoprPattern() = default;

std::optional<QsysoprMessage> QsysoprPattern::Find(std::string_view tag,
                                                   std::string_view text) const {
  if (compiled_ == nullptr) return FindDefault(tag, text);
  const Compiled& c = *compiled_;
  if (!c.expression.ok()) return std::nullopt;
  const std::string_view searched = text.substr(0, kMaxSearchedBytes);
  re2::StringPiece found[kMaxGroups + 1];
  if (!c.expression.Match(ToRe2(searched), 0, searched.size(),
                          re2::RE2::UNANCHORED, found, c.groups + 1)) {
    return std::nullopt;
  }
  const auto view = [&](int group) {
    return group < 0 || group > c.groups || found[group].data() == nullptr
               ? std::string_view()
               : std::string_view(found[group].data(), found[group].size());
  };
  QsysoprMessage message{view(c.id), view(c.severity), {}};
  if (message.id.empty()) return std::nullopt;
  const std::string_view stated = view(c.text);
  if (!stated.empty()) {
    // To the end of the line, though only its beginning was searched.
    message.text = stated.data() + stated.size() == searched.data() + searched.size()
                       ? text.substr(stated.data() - text.data())
                       : stated;
  } else {
    // Behind both, in whichever order they stand.
    const char* end = message.id.data() + message.id.size();
    if (!message.severity.empty()) {
      end = std::max(end, message.severity.data() + message.severity.size());
    }
    message.text = text.substr(static_cast<size_t>(end - text.data()));
    if (message.severity.empty()) SplitSeverity(&message);
    message.text = TrimLeft(message.text);
  }
  return message;
}

absl::Status CheckQsysoprPattern(std::string_view pattern) {
  if (pattern.empty()) return absl::OkStatus();
  const re2::RE2 expression(ToRe2(pattern), PatternOptions());
  if (!expression.ok()) {
    std::string text = "the pattern of QSYSOPR messages is no regular expression: ";
    text += expression.error();
    return absl::InvalidArgumentError(text);
  }
  if (expression.NumberOfCapturingGroups() > kMaxGroups) {
    return absl::InvalidArgumentError(
        "the pattern of QSYSOPR messages has more than 8 groups");
  }
  return absl::OkStatus();
}

}  // namespace mqwarden
