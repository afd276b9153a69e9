// Constant tables over the rows of mq_constants.def: hash tables by name, by
// canonical value, by word and by the keys of event data, and the parameters by
// number.
//
// This is on the path of every event that amqsevt prints: a look-up is one hash
// of some twenty bytes, one slot and one comparison.
#include "mqwarden/schema/mq_constants.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "mqwarden/base/text.h"
#include "mqwarden/schema/slot_table.h"

namespace mqwarden {
namespace {

using enum MqKind;

constexpr MqConstant kRows[] = {
#define MQWARDEN_MQ_CONSTANT(name, value, kind, canonical, core, json_key, \
                             go_key, word, values_kind)                    \
  {name, value, kind, canonical != 0, core != 0,                           \
   json_key, go_key, word, values_kind},
#include "mqwarden/schema/mq_constants.def"
#undef MQWARDEN_MQ_CONSTANT
};
constexpr int kRowCount = static_cast<int>(std::size(kRows));
static_assert(kRowCount < 8192 / 2);

constexpr std::string_view kKindNames[] = {
    "",
#define MQWARDEN_MQ_KIND(id, name) name,
#include "mqwarden/schema/mq_kinds.def"
#undef MQWARDEN_MQ_KIND
};

constexpr uint32_t HashValue(MqKind kind, int64_t value) {
  uint64_t bits = static_cast<uint64_t>(value) * 64 + static_cast<uint64_t>(kind);
  bits *= 0x9E3779B97F4A7C15u;
  return static_cast<uint32_t>(bits >> 32);
}

constexpr uint32_t HashWord(MqKind kind, std::string_view word) {
  return HashNameFolded(word) + static_cast<uint32_t>(kind) * 2654435761u;
}

consteval SlotTable<8192> IndexNames() {
  SlotTable<8192> table;
  for (int i = 0; i < kRowCount; ++i) table.Insert(HashName(kRows[i].name), i);
  return table;
}
constexpr SlotTable<8192> kByName = IndexNames();

consteval SlotTable<8192> IndexValues() {
  SlotTable<8192> table;
  for (int i = 0; i < kRowCount; ++i) {
    const MqConstant& row = kRows[i];
    if (row.canonical) table.Insert(HashValue(row.kind, row.value), i);
  }
  return table;
}
constexpr SlotTable<8192> kByValue = IndexValues();

consteval SlotTable<4096> IndexWords() {
  SlotTable<4096> table;
  int inserted = 0;
  for (int i = 0; i < kRowCount; ++i) {
    if (kRows[i].word.empty()) continue;
    table.Insert(HashWord(kRows[i].kind, kRows[i].word), i);
    ++inserted;
  }
  if (inserted > 3072) throw "the table is too full";
  return table;
}
constexpr SlotTable<4096> kByWord = IndexWords();

// Where two parameters share a key the first one inserted is found: a core one.
consteval SlotTable<4096> IndexKeys() {
  SlotTable<4096> table;
  int inserted = 0;
  for (const bool core : {true, false}) {
    for (int i = 0; i < kRowCount; ++i) {
      const MqConstant& row = kRows[i];
      if (row.core != core) continue;
      for (const std::string_view key : {row.json_key, row.go_key}) {
        if (key.empty()) continue;
        table.Insert(HashName(key), i);
        ++inserted;
      }
    }
  }
  if (inserted > 3072) throw "the table is too full";
  return table;
}
constexpr SlotTable<4096> kByKey = IndexKeys();

constexpr bool IsParameter(const MqConstant& row) {
  return row.canonical && !row.json_key.empty();
}

consteval size_t ParameterNumberBound() {
  int64_t last = 0;
  for (const MqConstant& row : kRows) {
    if (IsParameter(row)) last = std::max(last, row.value);
  }
  return static_cast<size_t>(last) + 1;
}

// By number: row + 1, or 0. No two parameters share a number, whatever their
// types.
consteval std::array<uint16_t, ParameterNumberBound()> IndexParameters() {
  std::array<uint16_t, ParameterNumberBound()> rows{};
  for (const MqConstant& row : kRows) {
    if (!IsParameter(row)) continue;
    uint16_t& entry = rows[static_cast<size_t>(row.value)];
    if (entry != 0) throw "two parameters have one number";
    const int owner = kByKey.Find(HashName(row.json_key), [&row](int i) {
      return kRows[i].json_key == row.json_key ||
             kRows[i].go_key == row.json_key;
    });
    entry = static_cast<uint16_t>(owner + 1);
  }
  return rows;
}
constexpr auto kByParameterNumber = IndexParameters();

const MqConstant* RowOrNull(int row) {
  return row < 0 ? nullptr : &kRows[row];
}

const MqConstant* CanonicalRow(MqKind kind, int64_t value) {
  return RowOrNull(kByValue.Find(HashValue(kind, value), [=](int i) {
    return kRows[i].value == value && kRows[i].kind == kind;
  }));
}

// The whole of `text` as a number: decimal with an optional sign, or 0x….
std::optional<int64_t> ParseNumber(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

// Whether `text` has `folded_part`, which is in lower case, anywhere.
bool ContainsFolded(std::string_view text, std::string_view folded_part) {
  return std::search(text.begin(), text.end(), folded_part.begin(),
                     folded_part.end(), [](char a, char b) {
                       return AsciiLower(a) == b;
                     }) != text.end();
}

}  // namespace

std::span<const MqConstant> AllMqConstants() { return kRows; }

std::string_view MqKindName(MqKind kind) {
  return kKindNames[static_cast<size_t>(kind)];
}

const MqConstant* FindMqConstantRow(std::string_view name) {
  return RowOrNull(kByName.Find(
      HashName(name), [name](int i) { return kRows[i].name == name; }));
}

std::optional<int64_t> FindMqConstant(std::string_view name) {
  const MqConstant* const row = FindMqConstantRow(name);
  if (row == nullptr) return std::nullopt;
  return row->value;
}

std::string_view MqConstantName(MqKind kind, int64_t value) {
  const MqConstant* const row = CanonicalRow(kind, value);
  return row == nullptr ? std::string_view() : row->name;
}

std::string_view MqWord(MqKind kind, int64_t value) {
  const MqConstant* const row = CanonicalRow(kind, value);
  return row == nullptr ? std::string_view() : row->word;
}

std::optional<int64_t> MqValueOfWord(MqKind kind, std::string_view word) {
  if (kind == kNone || word.empty()) return std::nullopt;
  const int row = kByWord.Find(HashWord(kind, word), [=](int i) {
    return kRows[i].kind == kind && EqualsIgnoreAsciiCase(kRows[i].word, word);
  });
  if (row >= 0) return kRows[row].value;
  if (const MqConstant* const raw = FindMqConstantRow(word);
      raw != nullptr && raw->kind == kind) {
    return raw->value;
  }
  constexpr std::string_view kUnknown = "unknown [";
  if (word.size() > kUnknown.size() && word.back() == ']' &&
      EqualsIgnoreAsciiCase(word.substr(0, kUnknown.size()), kUnknown)) {
    word.remove_prefix(kUnknown.size());
    word.remove_suffix(1);
    return ParseNumber(word);
  }
  return std::nullopt;
}

const MqConstant* ParameterByJsonKey(std::string_view key) {
  if (key.empty()) return nullptr;  // as the keys of other constants are
  const int row = kByKey.Find(HashName(key), [key](int i) {
    return kRows[i].json_key == key || kRows[i].go_key == key;
  });
  if (row >= 0) return &kRows[row];
  if (!key.starts_with("MQ")) return nullptr;
  const MqConstant* const raw = FindMqConstantRow(key);
  return raw == nullptr || raw->json_key.empty() ? nullptr : raw;
}

const MqConstant* ParameterByNumber(int64_t number) {
  if (number < 0 || number >= std::ssize(kByParameterNumber)) return nullptr;
  return RowOrNull(kByParameterNumber[static_cast<size_t>(number)] - 1);
}

std::vector<const MqConstant*> SearchMqConstants(std::string_view query) {
  std::vector<const MqConstant*> found;
  if (query.empty()) return found;
  const std::optional<int64_t> number = ParseNumber(query);
  const std::string folded = ToAsciiLower(query);
  for (const MqConstant& row : kRows) {
    const bool fits = number.has_value()
                          ? row.value == *number
                          : ContainsFolded(row.name, folded) ||
                                ContainsFolded(row.word, folded);
    if (fits) found.push_back(&row);
  }
  const auto rank = [](const MqConstant* row) {
    return row->kind == kReason ? 0 : row->core ? 1 : 2;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&rank](const MqConstant* a, const MqConstant* b) {
                     return rank(a) < rank(b);
                   });
  return found;
}

}  // namespace mqwarden
