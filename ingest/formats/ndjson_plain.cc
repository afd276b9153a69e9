// Model: the object's members one after another, each a key, a colon and a value;
// Decode() does the same over nodes.
// First, every byte that is not of a string is looked at and has to be the one
// that JSON wants there, so that a line which is read to its end was JSON.
// Second, a string costs no look at its bytes: the line is plain, so it ends at
// the next quote, and that one's place is known. No step waits for the one before
// it to find where it ended.
// Third, keys are compared with those of the line before.
//
// Where a line holds more than one way to read it (an unknown key before `kind`,
// which may be of another format) or a value is refused, nothing is decided here.
#include <string_view>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/ingest/formats/ndjson.h"

namespace mqwarden {
namespace {

constexpr int64_t kNdjsonSource = EnumCode(EnumType::kSource, "ndjson");
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The tokens of a plain line. Every step fails where the line does not go on as it
// has to.
class Cursor {
 public:
  explicit Cursor(const PlainLine& line) : line_(line), data_(line.data()) {}

  // The byte at the cursor; the line's own end behind its last one.
  char peek() const { return data_[at_]; }
  bool at_end() const { return at_ == line_.size(); }

  bool Take(char c) {
    if (data_[at_] != c) return false;
    ++at_;
    return true;
  }
  void TakeBlank() { at_ += data_[at_] == ' '; }

  bool String(std::string_view* text) {
    const uint32_t open = line_.quote(quote_);
    const uint32_t close = line_.quote(quote_ + 1);
    if (open != at_ || close == PlainLine::kNoQuote) return false;
    quote_ += 2;
    at_ = close + 1;
    *text = {data_ + open + 1, close - open - 1};
    return true;
  }

  // Digits with or without a sign, no zero before them.
  bool Integer(std::string_view* text) {
    const size_t first = at_;
    size_t at = at_ + (data_[at_] == '-');
    const size_t digits = at;
    while (IsDigit(data_[at])) ++at;
    const size_t count = at - digits;
    if (count == 0 || (count > 1 && data_[digits] == '0')) return false;
    at_ = at;
    *text = {data_ + first, at - first};
    return true;
  }

  bool Word(std::string_view word) {
    if (line_.size() - at_ < word.size()) return false;
    if (std::string_view(data_ + at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // All but objects and arrays; null is one as well.
  bool Scalar(JsonNode* node) {
    switch (peek()) {
      case '"':
        node->type = JsonType::kString;
        return String(&node->text);
      case 't':
        node->type = JsonType::kTrue;
        return Word("true");
      case 'f':
        node->type = JsonType::kFalse;
        return Word("false");
      case 'n':
        node->type = JsonType::kNull;
        return Word("null");
      default:
        node->type = JsonType::kNumber;
        return Integer(&node->text);
    }
  }

 private:
  const PlainLine& line_;
  const char* const data_;
  size_t at_ = 0;
  size_t quote_ = 0;
};

}  // namespace

// SetField() of a string that is not empty.
NdjsonDecoder::Set NdjsonDecoder::SetPadded(const FieldInfo& field,
                                            std::string_view text) {
  switch (field.type) {
    case FieldType::kEnum: {
      const auto value = EnumOf(field.enum_type, text);
      if (value.has_value()) event_->SetInt(field.id, *value);
      return value.has_value() ? Set::kDone : Set::kBad;
    }
    case FieldType::kIp: {
      const auto ip = ParseIp(text);
      if (ip.has_value()) event_->SetIp(field.id, *ip);
      return ip.has_value() ? Set::kDone : Set::kIsAttr;
    }
    case FieldType::kTs: {
      const auto time = NanosOf(text);
      if (time.has_value()) event_->SetInt(field.id, *time);
      return time.has_value() ? Set::kDone : Set::kBad;
    }
    default: {
      JsonNode node;
      node.type = JsonType::kString;
      node.text = text;
      return SetField(field, node);
    }
  }
}

bool NdjsonDecoder::DecodePlain(const PlainLine& line, Event* event) {
  if (line.has_non_ascii() && !IsValidUtf8({line.data(), line.size()})) return false;
  event_ = event;
  unmapped_.clear();
  plain_nodes_.clear();
  event->SetInt(FieldId::kSource, kNdjsonSource);

  Cursor in(line);
  if (!in.Take('{')) return false;
  bool has_kind = false;
  for (size_t member = 0;; ++member) {
    std::string_view key;
    if (!in.String(&key) || !in.Take(':')) return false;
    in.TakeBlank();
    if (member == 0) first_key_ = key;
    const FieldInfo* field;
    if (member < expected_.size() && expected_[member].name.EqualsPadded(key)) {
      field = expected_[member].field;
    } else {
      field = FieldOf(key, member);
      // Until then it may be an event of another source.
      if (field == nullptr && !has_kind) return false;
    }
    const bool is_field = field != nullptr && field->flags == 0;
    const char first = in.peek();
    if (first == '"') {
      std::string_view text;
      if (!in.String(&text)) return false;
      if (!is_field) {
        if (!AddPlainAttr({key, text, 0, JsonType::kString})) return false;
      } else if (field->type == FieldType::kKw || field->type == FieldType::kStr) {
        event->SetText(field->id, text);
      } else if (text.empty()) {
        // As for any other value, the check of the type comes first.
        JsonNode node;
        node.type = JsonType::kString;
        const Set set = SetField(*field, node);
        if (set == Set::kBad) return false;
        if (set == Set::kIsAttr) AddPlainAttr({key, text, 0, JsonType::kString});
      } else {
        const Set set = SetPadded(*field, text);
        if (set == Set::kBad) return false;
        if (set == Set::kIsAttr) AddPlainAttr({key, text, 0, JsonType::kString});
      }
      has_kind = has_kind || (is_field && field->id == FieldId::kKind);
    } else if (first == '[') {
      if (!is_field || field->type != FieldType::kList) return false;
      in.Take('[');
      words_.clear();
      if (!in.Take(']')) {
        do {
          in.TakeBlank();
          if (!in.String(&words_.emplace_back())) return false;
        } while (in.Take(','));
        if (!in.Take(']')) return false;
      }
      event->SetList(field->id, words_);
    } else if (first == '{') {
      if (is_field || key != "attr") return false;
      in.Take('{');
      const size_t group = plain_nodes_.size();
      unmapped_.push_back(group);
      plain_nodes_.push_back({key, {}, 0, JsonType::kObject});
      if (!in.Take('}')) {
        do {
          in.TakeBlank();
          JsonNode attr;
          if (!in.String(&attr.key) || !in.Take(':')) return false;
          in.TakeBlank();
          if (!in.Scalar(&attr)) return false;
          attr.end = static_cast<uint32_t>(plain_nodes_.size() + 1);
          plain_nodes_.push_back(attr);
        } while (in.Take(','));
        if (!in.Take('}')) return false;
      }
      plain_nodes_[group].end = static_cast<uint32_t>(plain_nodes_.size());
    } else {
      JsonNode node;
      node.key = key;
      if (!in.Scalar(&node)) return false;
      if (node.type == JsonType::kNull) {
        has_kind = has_kind || (is_field && field->id == FieldId::kKind);
      } else if (!is_field) {
        if (!AddPlainAttr(node)) return false;
      } else if (SetField(*field, node) != Set::kDone) {
        return false;
      }
    }
    if (in.Take(',')) {
      in.TakeBlank();
      continue;
    }
    if (!in.Take('}') || !in.at_end()) return false;
    break;
  }
  nodes_ = plain_nodes_;
  return !Finish().has_value();
}

// False for what Decode() does not take for an attr.
bool NdjsonDecoder::AddPlainAttr(JsonNode node) {
  if (node.key == "attr") return false;
  node.end = static_cast<uint32_t>(plain_nodes_.size() + 1);
  unmapped_.push_back(plain_nodes_.size());
  plain_nodes_.push_back(node);
  return true;
}

}  // namespace mqwarden
