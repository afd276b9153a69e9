#include "mqwarden/ingest/formats/audit_record.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <string>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {
namespace {

// `2026/11/20 09:00:01.`, with 0 for any digit.
constexpr std::string_view kStamp = "0000/00/00 00:00:00.";
constexpr size_t kMaxFraction = 9;
constexpr size_t kMaxVerbBytes = 16;
constexpr size_t kMaxKeyBytes = 128;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<bool, 256> kIsKeyByte = [] {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = true;
  table['_'] = true;
  return table;
}();

bool IsKeyByte(char c) { return kIsKeyByte[static_cast<unsigned char>(c)]; }

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

// The key that `text` begins with; empty where it begins with none.
std::string_view LeadingKey(std::string_view text, IsAuditKey is_key) {
  size_t size = 0;
  while (size < text.size() && size < kMaxKeyBytes && IsKeyByte(text[size])) {
    ++size;
  }
  if (size == 0 || size == text.size() || text[size] != '=') return {};
  const std::string_view key = text.substr(0, size);
  return is_key(key) ? key : std::string_view();
}

// False only where no key stands twice: cheap, for that is every honest record.
bool MayRepeat(const std::vector<AuditField>& fields) {
  std::bitset<2048> seen;
  for (const AuditField& field : fields) {
    const size_t size = field.key.size();
    const auto byte = [&](size_t at) {
      return static_cast<unsigned char>(field.key[at]);
    };
    const size_t at = (size * 419 + byte(size - 1) * 61 + byte(size / 2) * 7 +
                       byte(size * 3 / 4)) % seen.size();
    if (seen.test(at)) return true;
    seen.set(at);
  }
  return false;
}

// Whether the eight bytes at `at` are like those of kStamp. What differs from a 0 in
// at most nine is a digit; what is no digit there must not differ.
template <size_t kAt>
bool HasForm8(std::string_view line) {
  constexpr auto kWords = [] {
    // As they stand in memory.
    std::array<unsigned char, 8> form{};
    std::array<unsigned char, 8> room{};
    for (size_t i = 0; i < 8; ++i) {
      form[i] = static_cast<unsigned char>(kStamp[kAt + i]);
      room[i] = form[i] == '0' ? 0x76 : 0x7F;
    }
    return std::array{std::bit_cast<uint64_t>(form),
                      std::bit_cast<uint64_t>(room)};
  }();
  uint64_t bytes;
  std::memcpy(&bytes, line.data() + kAt, 8);
  const uint64_t differs = bytes ^ kWords[0];
  return (((differs + kWords[1]) | differs) & 0x8080808080808080u) == 0;
}

// The bytes of the fraction and the comma behind it; npos where there is none.
size_t EndOfStamp(std::string_view line) {
  if (line.size() < kStamp.size()) return line.npos;
  if (!HasForm8<0>(line) || !HasForm8<8>(line) ||
      !HasForm8<kStamp.size() - 8>(line)) {
    return line.npos;
  }
  size_t at = kStamp.size();
  while (at < line.size() && IsDigit(line[at])) ++at;
  const size_t digits = at - kStamp.size();
  return digits >= 1 && digits <= kMaxFraction ? at : line.npos;
}

}  // namespace

std::optional<std::string_view> AuditVerbOf(std::string_view line) {
  // Most lines of other formats differ here.
  if (line.size() < kStamp.size() || line[4] != '/' || line[10] != ' ') {
    return std::nullopt;
  }
  const size_t stamp = EndOfStamp(line);
  if (stamp == line.npos || line.substr(stamp, 2) != ", ") return std::nullopt;
  std::string_view verb = line.substr(stamp + 2, kMaxVerbBytes);
  verb = verb.substr(0, verb.find(','));
  // Without a comma behind it, it may be cut.
  if (verb.empty() || stamp + 2 + verb.size() >= line.size() ||
      line[stamp + 2 + verb.size()] != ',') {
    return std::nullopt;
  }
  return verb;
}

bool ReadAuditRecord(std::string_view line, IsAuditKey is_key,
                     AuditRecord* record) {
  record->fields.clear();
  const auto verb = AuditVerbOf(line);
  if (!verb.has_value()) return false;
  record->verb = *verb;
  std::vector<std::string>& known =
      record->known_keys[static_cast<unsigned char>(verb->back()) % 2];
  // The key of the field that would be the next one of the record.
  const auto key_of = [&](std::string_view text, size_t field) {
    if (field < known.size() && !known[field].empty() &&
        text.starts_with(known[field])) {
      return text.substr(0, known[field].size() - 1);
    }
    const std::string_view key = LeadingKey(text, is_key);
    if (key.empty() || field >= AuditRecord::kMaxFields) return key;
    if (field >= known.size()) known.resize(field + 1);
    known[field].assign(key.data(), key.size() + 1);
    return key;
  };
  CivilScanner scanner(line);
  scanner.YearMonthDay(&record->time);
  scanner.Blanks();
  scanner.TimeOfDay(&record->time);

  const char* const verb_end = record->verb.data() + record->verb.size();
  std::string_view rest =
      line.substr(static_cast<size_t>(verb_end - line.data()));
  // Each step begins at the comma that ended the field before; `key` is the one
  // behind it, where that is known.
  std::string_view key;
  while (rest.starts_with(',')) {
    rest.remove_prefix(1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (key.empty()) key = key_of(rest, record->fields.size());
    std::string_view next_key;
    size_t end = key.size();  // of the field
    for (;; ++end) {
      end = rest.find(',', end);
      if (end == rest.npos) {
        end = rest.size();
        break;
      }
      if (end + 1 == rest.size()) break;
      if (rest[end + 1] != ' ') continue;
      std::string_view next = rest.substr(end + 2);
      while (next.starts_with(' ')) next.remove_prefix(1);
      // A comma alone is an empty field, which stands before a key or another.
      if (next.empty() || next.front() == ',') break;
      if (record->fields.size() >= AuditRecord::kMaxFields) continue;
      next_key = key_of(next, record->fields.size() + (key.empty() ? 0 : 1));
      if (!next_key.empty()) break;
    }
    if (!key.empty()) {
      record->fields.push_back(
          {key, Trim(rest.substr(key.size() + 1, end - key.size() - 1))});
    } else if (end > 0 && !record->fields.empty()) {
      // What stands behind an empty field without a key is of the value before.
      std::string_view& value = record->fields.back().value;
      const char* const begin = value.data();
      value = Trim(std::string_view(
          begin, static_cast<size_t>(rest.data() + end - begin)));
    }
    key = next_key;
    rest.remove_prefix(end);
  }
  return true;
}

void AddRepeatedKeys(const std::vector<AuditField>& fields,
                     FieldWriter* writer) {
  if (!MayRepeat(fields)) return;
  std::vector<const AuditField*> sorted;
  for (const AuditField& field : fields) sorted.push_back(&field);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const AuditField* a, const AuditField* b) {
                     return a->key < b->key;
                   });
  std::string name;
  std::string values;
  for (size_t i = 0, next = 0; i < sorted.size(); i = next) {
    const std::string_view key = sorted[i]->key;
    values = sorted[i]->value;
    next = i + 1;
    for (; next < sorted.size() && sorted[next]->key == key; ++next) {
      values += ',';
      values += sorted[next]->value;
    }
    if (next == i + 1) continue;
    name = key;
    name += "_list";
    writer->event().CopyAttr(
        {name, NamesPassword(key) ? kMaskedPassword : values});
  }
}

}  // namespace mqwarden
