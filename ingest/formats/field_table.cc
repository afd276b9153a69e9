#include "mqwarden/ingest/formats/field_table.h"

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr std::string_view kPasswordEnds[] = {"password", "passwd", "pwd",
                                              "passwordptr"};

}  // namespace

std::span<const FieldRow> FieldLookup::Find(std::string_view name) {
  if (name.empty()) return {};
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
