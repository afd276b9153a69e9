#include "mqwarden/ingest/formats/field_table.h"

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr std::string_view kPasswordEnds[] = {"password", "passwd", "pwd",
                                              "passwordptr"};

}  // namespace

FieldLookup::FieldLookup(std::span<const FieldRow> rows) : rows_(rows) {
  for (const FieldRow& row : rows) {
    may_have_[BitOf(row.name) / 64] |= uint64_t{1} << BitOf(row.name) % 64;
  }
}

std::span<const FieldRow> FieldLookup::Find(std::string_view name) {
  if (name.empty()) return {};
  const size_t bit = BitOf(name);
  if ((may_have_[bit / 64] >> bit % 64 & 1) == 0) return {};
  for (size_t tried = 0; tried < rows_.size(); ++tried) {
    if (next_ == rows_.size()) next_ = 0;
    const size_t first = next_++;
    const std::string_view row = rows_[first].name;
    if (row.size() != name.size() || row.back() != name.back() || row != name) {
      continue;
    }
    while (next_ < rows_.size() && rows_[next_].name == name) ++next_;
    return rows_.subspan(first, next_ - first);
  }
  return {};
}

bool NamesPassword(std::string_view name) {
  for (const std::string_view end : kPasswordEnds) {
    if (name.size() >= end.size() &&
        EqualsIgnoreAsciiCase(name.substr(name.size() - end.size()), end)) {
      return true;
    }
  }
  return false;
}

}  // namespace mqwarden
