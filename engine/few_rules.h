// The few rules of a kind, asked together what costs a compare: which of them an
// event may still be for.
//
// Model: ask each rule its tests, and stop at the first that fails. What is done
// instead: all tests are asked, each taking the rules that need it out of a word of
// bits. Tests that fail come at random, and a branch taken at random costs more than
// ten tests; here there is none but the question whether anything is left. For the
// same reason every kind has the same number of tests, some of them idle.
//
// Built once, then immutable. Cost: benchmarks/engine_benchmark.cc, BM_W1.
#ifndef MQWARDEN_ENGINE_FEW_RULES_H_
#define MQWARDEN_ENGINE_FEW_RULES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mqwarden/engine/number_test.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// Whether a text is as long as one of those that are looked for.
struct LengthTest {
  FieldId field = {};
  // Bit min(n, 63) is set where the text may have n bytes; 0: no such test.
  uint64_t lengths = 0;

  void Allow(size_t size) {
    lengths |= uint64_t{1} << std::min<size_t>(size, 63);
  }
  bool Holds(const Event& event) const {
    return event.Has(field) &&
           (lengths >> std::min<size_t>(event.Text(field).size(), 63) & 1) != 0;
  }
};

class FewRules {
 public:
  static constexpr size_t kMaxRules = 32;

  // The next rule needs all of `tests` and, if it is one, `length`.
  void AddRule(std::span<const NumberTest> tests, const LengthTest& length) {
    const uint32_t rule = uint32_t{1} << size_++;
    all_ |= rule;
    for (const NumberTest& test : tests) {
      const auto known = std::find_if(
          numbers_.begin(), numbers_.end(), [&test](const Number& n) {
            return n.test.field == test.field && n.test.number == test.number;
          });
      if (known != numbers_.end()) {
        known->takes_out |= rule;
      } else {
        numbers_.push_back({test, rule});
      }
    }
    if (length.lengths != 0) lengths_.push_back({length, rule});
  }

  size_t numbers() const { return numbers_.size(); }
  size_t lengths() const { return lengths_.size(); }
  // After the last rule: idle tests up to so many of each.
  void Pad(size_t numbers, size_t lengths) {
    numbers_.resize(std::max(numbers, numbers_.size()));
    lengths_.resize(std::max(lengths, lengths_.size()));
  }

  // Bit i: the event may be for the rule that was added as the i-th.
  uint32_t Left(const Event& event) const {
    uint32_t left = all_;
    for (const Number& number : numbers_) {
      const auto fails = static_cast<uint32_t>(
          !(static_cast<unsigned>(event.Has(number.test.field)) &
            static_cast<unsigned>(event.Int(number.test.field) ==
                                  number.test.number)));
      left &= ~(number.takes_out & (0 - fails));
    }
    for (const Length& length : lengths_) {
      const size_t size =
          std::min<size_t>(event.Text(length.test.field).size(), 63);
      const auto holds = static_cast<uint32_t>(
          static_cast<unsigned>(event.Has(length.test.field)) &
          static_cast<unsigned>(length.test.lengths >> size & 1));
      left &= ~(length.takes_out & (holds - 1));
    }
    return left;
  }

 private:
  struct Number {
    NumberTest test = {};
    uint32_t takes_out = 0;  // the rules that need it
  };
  struct Length {
    LengthTest test;
    uint32_t takes_out = 0;
  };

  size_t size_ = 0;
  uint32_t all_ = 0;
  std::vector<Number> numbers_;
  std::vector<Length> lengths_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_FEW_RULES_H_
