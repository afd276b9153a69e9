#include "mqwarden/pipeline/language_server/set_names.h"

#include <algorithm>

namespace mqwarden {
namespace {

template <typename Def>
void Append(std::string_view sort, const std::vector<Def>& defs,
            const SourceFile& file, std::vector<SetName>* out) {
  for (const Def& def : defs) {
    if (def.name.text.empty()) continue;
    out->push_back({sort, def.name.text, &file, def.span});
  }
}

void AppendAll(const SourceFile& file, std::vector<SetName>* out) {
  const ast::File& tree = file.tree();
  Append("param", tree.params, file, out);
  Append("list", tree.lists, file, out);
  Append("recent", tree.recents, file, out);
  Append("table", tree.tables, file, out);
  Append("patterns", tree.patterns, file, out);
  Append("calendar", tree.calendars, file, out);
  Append("macro", tree.macros, file, out);
  Append("report", tree.reports, file, out);
  Append("rule", tree.rules, file, out);
}

}  // namespace

std::vector<SetName> NamesOf(const RuleSet& set) {
  std::vector<SetName> names;
  for (const auto& [path, file] : set.files) AppendAll(*file, &names);
  return names;
}

std::vector<SetName> NamesOf(const SourceFile& file) {
  std::vector<SetName> names;
  AppendAll(file, &names);
  std::stable_sort(names.begin(), names.end(),
                   [](const SetName& a, const SetName& b) {
                     return a.span.begin < b.span.begin;
                   });
  return names;
}

}  // namespace mqwarden
