// Any bytes as a file that a rule set names: values of a list, a table, an inventory,
// a calendar. It is used or refused, and what is said of it is UTF-8.
//
// The first byte says which.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

class OneFile final : public FileReader {
 public:
  explicit OneFile(std::string_view bytes) : bytes_(bytes) {}
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return std::string(bytes_);
  }

 private:
  const std::string_view bytes_;
};

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

constexpr std::string_view kTexts[] = {
    "list l from \"f\"\nrule r { title \"t\" severity low on authz where user in l }",
    "list l from \"f\"\n"
    "rule r { title \"t\" severity low on authz where source_ip in l }",
    "table t from \"f\" key object\n"
    "rule r { title \"t\" severity low on authz where t[object].owner == \"a\" }",
    "table t from \"f\" key qmgr, object\n"
    "rule r { title \"t\" severity low on authz\n"
    "  where exists(t[qmgr, object].owner) }",
    "inventory from \"f\"\n"
    "rule r { title \"t\" severity low on authz where tags has \"dev\" }",
    "calendar c from \"f\"\n"
    "rule r { title \"t\" severity low on authz where time during c }",
    "calendar c from \"f\" key qmgr\n"
    "rule r { title \"t\" severity low on authz where time during c[qmgr] }",
};

void Fuzz(uint8_t how, std::string_view bytes) {
  OneFile file(bytes);
  const std::vector<RuleSource> sources = {
      {"fuzz.mqw", std::string(kTexts[how % std::size(kTexts)])}};
  const CompileResult result = CompileRules(sources, &file, {});
  MQWARDEN_CHECK((result.plan != nullptr) != result.diagnostics.has_errors(),
                 "a file is used, or it is told why not");
  MQWARDEN_CHECK(IsValidUtf8(RenderText(result.diagnostics, {})) &&
                     IsValidUtf8(RenderJson(result.diagnostics)),
                 "what is shown is UTF-8");
  if (result.plan == nullptr) return;
  NoSink sink;
  auto engine = Engine::Create(result.plan, {}, &sink);
  MQWARDEN_CHECK(engine.ok(), "what compiles runs");
  Event event;
  event.SetTime(Time(std::chrono::seconds(1'767'225'600)));
  event.SetInt(FieldId::kKind, static_cast<int64_t>(Kind::kAuthz));
  event.SetText(FieldId::kQmgr, "QM1");
  event.SetText(FieldId::kObject, "PAY.A");
  event.SetText(FieldId::kUser, "ana");
  (*engine)->Process(&event);
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  mqwarden::Fuzz(data[0],
                 std::string_view(reinterpret_cast<const char*>(data + 1), size - 1));
  return 0;
}
