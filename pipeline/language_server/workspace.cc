#include "mqwarden/pipeline/language_server/workspace.h"

#include <algorithm>

#include "mqwarden/base/path.h"
#include "mqwarden/pipeline/language_server/uri.h"

namespace mqwarden {

// A buffer that is no file goes by its URI, which never begins with a slash.
static std::string PathOrUri(const std::string& uri) {
  std::string path = PathOfUri(uri);
  return path.empty() ? uri : path;
}

absl::StatusOr<std::string> Workspace::DataFiles::Read(
    std::string_view rule_path, std::string_view name) {
  // A buffer that is no file is in no folder.
  const std::string path = JoinedPath(
      rule_path.starts_with('/') ? FolderOf(rule_path) : "/", name);
  std::string stamp = folders_.Stamp(path);
  const auto found = files_.find(path);
  if (found != files_.end() && !stamp.empty() &&
      found->second.stamp == stamp) {
    return found->second.text;
  }
  absl::StatusOr<std::string> text = folders_.Read(path);
  files_.insert_or_assign(path, Entry{std::move(stamp), text});
  return text;
}

void Workspace::SetFolders(std::vector<std::string> folders,
                           std::vector<std::string> rules) {
  roots_ = std::move(folders);
  rules_ = std::move(rules);
  Rebuild(/*look_again=*/true);
}

// The sets anew from folders and buffers; texts that did not change keep their
// trees. The disk is searched for files where `look_again`, or never before.
void Workspace::Rebuild(bool look_again) {
  std::vector<std::unique_ptr<RuleSet>> before = std::move(sets_);
  sets_.clear();
  const auto add = [&](std::vector<std::string> roots, bool loose) {
    for (const auto& set : sets_) {
      if (set->roots == roots && set->loose == loose) return;
    }
    auto set = std::make_unique<RuleSet>();
    for (auto& old : before) {
      if (old != nullptr && old->roots == roots && old->loose == loose) {
        set = std::move(old);
        break;
      }
    }
    set->roots = std::move(roots);
    set->loose = loose;
    FillSet(look_again, set.get());
    sets_.push_back(std::move(set));
  };
  for (const std::string& root : roots_) {
    std::vector<std::string> roots;
    for (const std::string& rule_path : rules_) {
      roots.push_back(JoinedPath(root, rule_path));
    }
    if (roots.empty()) roots.push_back(root);
    add(std::move(roots), false);
  }
  for (const auto& [path, uri] : open_paths_) {
    const bool taken = std::any_of(
        sets_.begin(), sets_.end(),
        [&](const auto& set) { return !set->loose && Contains(*set, path); });
    if (taken) continue;
    add({path.starts_with('/') ? FolderOf(path) : path}, true);
  }
}

bool Workspace::Contains(const RuleSet& set, std::string_view path) {
  return std::any_of(
      set.roots.begin(), set.roots.end(), [&](const std::string& root) {
        if (set.loose) {
          return path == root ||
                 (path.starts_with('/') && FolderOf(path) == root);
        }
        return path == root || IsBelow(path, root);
      });
}

void Workspace::FillSet(bool look_again, RuleSet* set) {
  if (look_again || !set->on_disk.has_value()) {
    std::vector<std::string>& found = set->on_disk.emplace();
    for (const std::string& root : set->roots) {
      if (folders_.IsFile(root)) found.push_back(root);
      for (std::string& path :
           folders_.RuleFilesIn(root, /*recursive=*/!set->loose, &cut_)) {
        found.push_back(std::move(path));
      }
    }
  }
  std::set<std::string> paths(set->on_disk->begin(), set->on_disk->end());
  for (const auto& [path, uri] : open_paths_) {
    if (Contains(*set, path)) paths.insert(path);
  }
  std::map<std::string, SourceFilePtr, std::less<>> files;
  for (const std::string& path : paths) {
    if (SourceFilePtr file = TextOf(path)) files.emplace(path, std::move(file));
  }
  if (files == set->files) return;
  set->files = std::move(files);
  set->dirty = true;
}

SourceFilePtr Workspace::FromDisk(const std::string& path) {
  if (!path.starts_with('/')) return nullptr;
  std::string stamp = folders_.Stamp(path);
  if (stamp.empty()) return nullptr;
  OnDisk& kept = disk_[path];
  if (kept.file != nullptr && kept.stamp == stamp) return kept.file;
  absl::StatusOr<std::string> text = folders_.Read(path);
  if (!text.ok()) return nullptr;
  kept.stamp = std::move(stamp);
  kept.file = std::make_shared<const SourceFile>(path, UriOfPath(path),
                                                 *std::move(text));
  return kept.file;
}

SourceFilePtr Workspace::TextOf(const std::string& path) {
  const auto open = open_paths_.find(path);
  if (open != open_paths_.end()) return buffers_.find(open->second)->second.file;
  return FromDisk(path);
}

void Workspace::Put(const std::string& path) {
  const SourceFilePtr file = TextOf(path);
  for (const auto& set : sets_) {
    if (!Contains(*set, path)) continue;
    if (file == nullptr) {
      set->dirty |= set->files.erase(path) > 0;
      continue;
    }
    SourceFilePtr& kept = set->files[path];
    if (kept == file) continue;
    kept = file;
    set->dirty = true;
  }
}

void Workspace::Open(const std::string& uri, std::string text,
                     int64_t version) {
  const std::string path = PathOrUri(uri);
  // Two URIs of one path are one buffer, the last.
  const auto open = open_paths_.find(path);
  if (open != open_paths_.end()) buffers_.erase(open->second);
  open_paths_[path] = uri;
  buffers_[uri] = {std::make_shared<const SourceFile>(path, uri, std::move(text)),
                   version};
  Rebuild(/*look_again=*/false);
}

bool Workspace::Change(const std::string& uri, std::string text,
                       int64_t version) {
  const auto found = buffers_.find(uri);
  if (found == buffers_.end()) return false;
  Buffer& buffer = found->second;
  buffer.version = version;
  const std::string path = buffer.file->path();
  if (buffer.file->text() != text) {
    buffer.file =
        std::make_shared<const SourceFile>(path, uri, std::move(text));
  }
  Put(path);
  return true;
}

void Workspace::Close(const std::string& uri) {
  const auto found = buffers_.find(uri);
  if (found == buffers_.end()) return;
  const std::string path = found->second.file->path();
  buffers_.erase(found);
  open_paths_.erase(path);
  Rebuild(/*look_again=*/false);
}

SourceFilePtr Workspace::OpenFile(std::string_view uri) const {
  const auto found = buffers_.find(uri);
  return found == buffers_.end() ? nullptr : found->second.file;
}

std::optional<int64_t> Workspace::VersionOf(std::string_view uri) const {
  const auto found = buffers_.find(uri);
  if (found == buffers_.end()) return std::nullopt;
  return found->second.version;
}

void Workspace::Reload() {
  Rebuild(/*look_again=*/true);
  // A data file may have changed; it is read again only then.
  for (const auto& set : sets_) set->dirty = true;
}

std::vector<RuleSet*> Workspace::SetsOf(const SourceFile& file) {
  std::vector<RuleSet*> found;
  for (const auto& set : sets_) {
    if (set->files.contains(file.path())) found.push_back(set.get());
  }
  return found;
}

RuleSet* Workspace::SetOf(const SourceFile& file) {
  const std::vector<RuleSet*> sets = SetsOf(file);
  return sets.empty() ? nullptr : sets.front();
}

std::vector<RuleSet*> Workspace::Sets() {
  std::vector<RuleSet*> sets;
  for (const auto& set : sets_) sets.push_back(set.get());
  return sets;
}

bool Workspace::is_unsettled() const {
  return std::any_of(sets_.begin(), sets_.end(), [](const auto& set) {
    return set->dirty || !set->told;
  });
}

CompileResult Workspace::Compile(const RuleSet& set,
                                 const CompileOptions& options) {
  std::vector<ParsedSource> sources;
  sources.reserve(set.files.size());
  for (const auto& [path, file] : set.files) sources.push_back(file->parsed());
  return CompileParsed(sources, &data_files_, options);
}

bool Workspace::Check(RuleSet* set) {
  if (!set->dirty) return false;
  // Events of tests are made when a test runs, not at each key.
  CompileOptions options;
  options.build_tests = false;
  set->checked = Compile(*set, options);
  set->failed_tests.clear();
  if (set->checked.plan != nullptr) set->last_plan = set->checked.plan;
  set->dirty = false;
  set->told = false;
  return true;
}

CompileResult Workspace::TestsOf(const RuleSet& set, std::string rule) {
  CompileOptions options;
  options.only_rule = std::move(rule);
  return Compile(set, options);
}

std::vector<RuleSet*> Workspace::Check() {
  std::vector<RuleSet*> checked;
  for (const auto& set : sets_) {
    if (Check(set.get())) checked.push_back(set.get());
  }
  return checked;
}

std::vector<DefinitionPlace> Workspace::ReferencesOf(
    const RuleSet& set, const SourceFile& file,
    const Occurrence& occurrence) const {
  const bool of_rule = occurrence.space == NameSpace::kStep ||
                       occurrence.space == NameSpace::kKey;
  std::vector<DefinitionPlace> found;
  for (const auto& [path, candidate] : set.files) {
    if (of_rule && path != file.path()) continue;
    for (const Occurrence& other : candidate->occurrences()) {
      if (other.space != occurrence.space || other.name != occurrence.name ||
          (of_rule && other.rule != occurrence.rule)) {
        continue;
      }
      found.push_back({candidate, &other});
    }
  }
  return found;
}

std::vector<DefinitionPlace> Workspace::DefinitionsOf(
    const RuleSet& set, const SourceFile& file,
    const Occurrence& occurrence) const {
  std::vector<DefinitionPlace> found = ReferencesOf(set, file, occurrence);
  std::erase_if(found, [](const DefinitionPlace& place) {
    return place.occurrence->role != NameRole::kDefines;
  });
  return found;
}

}  // namespace mqwarden
