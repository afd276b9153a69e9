// Random conditions and expressions in the text of the language, over the
// fields and values that random streams have.
#ifndef MQWARDEN_TESTS_ORACLE_RANDOM_CONDITIONS_H_
#define MQWARDEN_TESTS_ORACLE_RANDOM_CONDITIONS_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace mqwarden::oracle {

using Texts = std::vector<std::string>;

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int Below(int n) {
    return static_cast<int>(engine_() % static_cast<uint64_t>(n));
  }
  int Between(int low, int high) { return low + Below(high - low + 1); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& choices) {
    const int place = Below(static_cast<int>(choices.size()));
    return choices[static_cast<size_t>(place)];
  }

 private:
  std::mt19937_64 engine_;
};

class Conditions {
 public:
  explicit Conditions(Random* random) : random_(*random) {}

  std::string Number(int low, int high);
  std::string Period();  // also the length of a window

  // Of one event.
  std::string Atom();
  std::string Condition(int depth);
  std::string EventCondition();  // may use the macros
  std::string RecentAtom();
  std::string FilterCondition();  // may use macros and recents
  std::string Expression();
  // Of a window (random_aggregates.cc). A condition may be true of the empty window, or never.
  std::string Aggregate();
  std::string Threshold();
  std::string WindowCondition();
  // Of a firing or a matching event: both kinds.
  std::string FiringCondition();

 private:
  std::string TextAtom();
  std::string ValueAtom();
  std::string DerivedAtom();
  std::string TimeAtom();
  std::string Measure();
  std::string Ratio();
  std::string MeasureThreshold();
  std::string Equality();
  std::string In();
  std::string Not();
  std::string User();

  Random& random_;
};

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_RANDOM_CONDITIONS_H_
