// From the tree of a `test` block to events to feed and alerts to expect.
#ifndef MQWARDEN_RULES_TEST_CHECKER_H_
#define MQWARDEN_RULES_TEST_CHECKER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/file_reader.h"
#include "mqwarden/rules/givens.h"
#include "mqwarden/rules/literal.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/rules/test_block.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Names that the alerts of a test may have besides those that all alerts have:
// of keys and of the alert's fields.
using AlertNames = std::set<std::string, std::less<>>;

class TestChecker final {
 public:
  static constexpr int64_t kMaxRepeat = 100'000;
  // In all tests together.
  static constexpr int64_t kMaxEvents = 250'000;

  // `build` false: tests are checked, and have no events. `reader` may be null
  // where no test reads a file.
  TestChecker(bool build, FileReader* reader)
      : build_(build), reader_(reader) {}
  TestChecker(const TestChecker&) = delete;
  TestChecker& operator=(const TestChecker&) = delete;

  // Nullopt where anything is wrong. `rule` is "" for a test of the whole set.
  std::optional<RuleTest> Check(const RuleTextPtr& text, const ast::Test& test,
                                const std::string& rule,
                                const AlertNames& names,
                                Definitions* definitions,
                                DiagnosticList* diagnostics);

 private:
  // A text with `{n}` in it, which each repetition writes anew.
  struct Numbered {
    const ast::TestField* field;
    const FieldInfo* info;  // null for an attr
  };

  bool CheckStep(const ast::TestStep& step, Time start,
                 const AlertNames& names, RuleTestStep* out);
  bool CheckInput(const ast::TestStep& step, RuleTestStep* out);
  // The literal that stands there or that a param of the name stands for.
  std::optional<Literal> LiteralAt(const ast::Expr& value);
  bool CheckEvents(const ast::TestStep& step, RuleTestStep* out);
  bool CheckKind(const ast::TestStep& step, Event* event);
  // `alert`: the event is of kind alert.
  bool SetField(const ast::TestField& field, bool alert, Event* event,
                std::vector<Numbered>* numbered);
  bool SetAttr(const ast::TestField& field, std::string_view name,
               Event* event, std::vector<Numbered>* numbered);
  bool SetList(const ast::TestField& field, const FieldInfo& info, int64_t n,
               Event* event);
  bool SetNumbered(const Numbered& numbered, int64_t n, Event* event);
  bool SetConstant(const FieldInfo& info, const Constant& constant,
                   Event* event);
  const FieldInfo* FindSettable(const ast::TestField& field, bool alert);

  bool CheckExpectation(const ast::TestStep& step, Time start,
                        const AlertNames& names, RuleTestStep* out);
  bool CheckExpectedField(const ast::TestField& field, Time start,
                          const AlertNames& names, ExpectedField* out);
  bool IsKnownName(const ast::TestField& field, const AlertNames& names);
  // The value as alerts show it; false after a report.
  bool ShownValue(const ast::TestField& field, const FieldInfo* info,
                  std::string* out);
  bool ShownLiteral(const ast::Name& name, const ast::Expr& value,
                    const FieldInfo* info, std::string* out);
  bool BadValue(Span span, std::string message, std::string help = "");

  const bool build_;
  FileReader* const reader_;
  // Of the test that is being checked.
  Definitions* definitions_ = nullptr;
  DiagnosticList* diagnostics_ = nullptr;
  RuleTextPtr text_;
  int64_t events_ = 0;
  int64_t sequence_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_TEST_CHECKER_H_
