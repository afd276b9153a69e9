// Random `when` clauses of every form, the `by` that goes with them and what the
// other clauses of such a rule may read.
#ifndef MQWARDEN_TESTS_ORACLE_RANDOM_WHEN_H_
#define MQWARDEN_TESTS_ORACLE_RANDOM_WHEN_H_

#include <string>
#include <vector>

#include "mqwarden/tests/oracle/random_conditions.h"

namespace mqwarden::oracle {

// What the rest of a rule needs to know of its `when`.
struct WhenForm {
  enum class Kind { kNone, kSliding, kClosing, kSeen, kAbsent, kSequence };
  Kind kind = Kind::kNone;
  Texts clauses;      // by, when, refire
  Texts labels;       // of the steps that texts may read
  bool takes_alerts = false;

  bool windowed() const {
    return kind == Kind::kSliding || kind == Kind::kClosing;
  }
  bool resolves() const { return windowed() || kind == Kind::kAbsent; }
};

class Whens {
 public:
  Whens(Random* random, Conditions* conditions)
      : random_(*random), conditions_(*conditions) {}

  WhenForm Draw();
  // Parts of `by` and `limit … by`.
  std::string By(bool each);

 private:
  std::string ByPart(bool each);
  void Sliding(WhenForm* form);
  void Closing(WhenForm* form);
  void Seen(WhenForm* form);
  void Absent(WhenForm* form);
  void Sequence(WhenForm* form);
  std::string Kinds(bool may_be_alert, WhenForm* form);
  std::string StepCondition(const Texts& labels);

  Random& random_;
  Conditions& conditions_;
};

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_RANDOM_WHEN_H_
