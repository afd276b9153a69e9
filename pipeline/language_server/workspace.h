// The rule sets that an editor has open: which files belong to which, their texts
// from the editor's buffers or else from the disk, and what the compiler last said
// of them.
//
//   folder of the workspace -> rule set: all its .mqw files, as `-r FOLDER` has it,
//                              or those below the folders that `rules` names
//   file outside of them    -> a set of the files of its folder, not below it
//   buffer without a path   -> a set of its own
//
// A change of a text parses that text alone and marks its sets; Check() compiles
// the marked ones from the trees of all their files. Not thread-safe.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_WORKSPACE_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_WORKSPACE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/language_server/rule_folders.h"
#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/file_reader.h"
#include "mqwarden/rules/occurrences.h"

namespace mqwarden {

// A test that failed when it was run from the editor, until the set changes.
struct FailedTest {
  std::string path;
  Span span;
  std::string message;
};

struct RuleSet {
  // Folders with all below them, and single files; for a loose set one folder.
  std::vector<std::string> roots;
  bool loose = false;
  std::map<std::string, SourceFilePtr, std::less<>> files;  // by path

  // The rule files on the disk, once they were looked for.
  std::optional<std::vector<std::string>> on_disk;

  bool dirty = true;   // a text changed since the last check
  bool told = true;    // the client knows what the last check said
  // Of the last check, without tests.
  CompileResult checked;
  std::vector<FailedTest> failed_tests;
  // The last plans that a check made, which later errors do not take away.
  std::shared_ptr<const Plan> last_plan;
};

struct DefinitionPlace {
  SourceFilePtr file;
  const Occurrence* occurrence;  // in the file
};

class Workspace final {
 public:
  explicit Workspace(RuleFolders* folders) : folders_(*folders) {}
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Where the sets are. `rules` are paths in each folder; none: the folder itself.
  void SetFolders(std::vector<std::string> folders,
                  std::vector<std::string> rules);
  const std::vector<std::string>& folders() const { return roots_; }
  const std::vector<std::string>& rules() const { return rules_; }

  // What the editor has in its buffers.
  void Open(const std::string& uri, std::string text, int64_t version);
  void Close(const std::string& uri);
  // False where it is not open.
  bool Change(const std::string& uri, std::string text, int64_t version);
  // Null where it is not open.
  SourceFilePtr OpenFile(std::string_view uri) const;
  std::optional<int64_t> VersionOf(std::string_view uri) const;

  // Looks at the disk again: rule files that came, went or changed, and data
  // files.
  void Reload();

  // The sets to which a file belongs; every open file has one.
  std::vector<RuleSet*> SetsOf(const SourceFile& file);
  RuleSet* SetOf(const SourceFile& file);
  std::vector<RuleSet*> Sets();

  // Whether a set changed, or the client does not know of its last check.
  bool is_unsettled() const;
  // Compiles what changed. Returns the sets that were compiled.
  std::vector<RuleSet*> Check();
  // The same for one set, where it changed.
  bool Check(RuleSet* set);
  // The tests of a rule of a set that is checked and has no error, with the plan
  // on which they run; for "" those of the whole set.
  CompileResult TestsOf(const RuleSet& set, std::string rule);

  // Whether a scan of a folder was cut.
  bool was_cut() const { return cut_; }

  // Where the set defines the name; in the file itself where rules do so.
  std::vector<DefinitionPlace> DefinitionsOf(const RuleSet& set,
                                             const SourceFile& file,
                                             const Occurrence& occurrence) const;
  // All occurrences of the same thing, by path and position.
  std::vector<DefinitionPlace> ReferencesOf(const RuleSet& set,
                                            const SourceFile& file,
                                            const Occurrence& occurrence) const;

 private:
  struct Buffer {
    SourceFilePtr file;
    int64_t version = 0;
  };
  struct OnDisk {
    std::string stamp;
    SourceFilePtr file;
  };
  // Files that definitions name, kept until they change.
  class DataFiles final : public FileReader {
   public:
    explicit DataFiles(RuleFolders* folders) : folders_(*folders) {}
    absl::StatusOr<std::string> Read(std::string_view rule_path,
                                     std::string_view name) override;

   private:
    struct Entry {
      std::string stamp;
      absl::StatusOr<std::string> text;
    };
    RuleFolders& folders_;
    std::map<std::string, Entry, std::less<>> files_;
  };

  CompileResult Compile(const RuleSet& set, const CompileOptions& options);
  SourceFilePtr FromDisk(const std::string& path);
  // The buffer of that path, or else the file; null where there is neither.
  SourceFilePtr TextOf(const std::string& path);
  void FillSet(bool look_again, RuleSet* set);
  void Rebuild(bool look_again);
  static bool Contains(const RuleSet& set, std::string_view path);
  // Puts a text that changed into the sets that have or should have it.
  void Put(const std::string& path);

  RuleFolders& folders_;
  DataFiles data_files_{&folders_};
  std::vector<std::string> roots_;
  std::vector<std::string> rules_;
  std::map<std::string, Buffer, std::less<>> buffers_;        // by URI
  std::map<std::string, std::string, std::less<>> open_paths_;  // path to URI
  std::map<std::string, OnDisk, std::less<>> disk_;           // by path
  std::vector<std::unique_ptr<RuleSet>> sets_;
  bool cut_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_WORKSPACE_H_
