// Random aggregates and conditions of a window.
#include <string>

#include "mqwarden/tests/oracle/random_conditions.h"

namespace mqwarden::oracle {

// A count, or a number that is one.
std::string Conditions::Aggregate() {
  switch (random_.Below(7)) {
    case 0:
    case 1:
      return "count()";
    case 2:
      return "count(" + EventCondition() + ")";
    case 3:
      return "distinct(" + Expression() + ", " + Expression() + ")";
    case 4:
      return random_.OneIn(2) ? Measure() : Ratio();
    default:
      return "distinct(" + Expression() + ")";
  }
}

// Any other aggregate that is a number, and arithmetic: whole numbers.
std::string Conditions::Measure() {
  return random_.Of(Texts{
      "sum(length(user))", "min(length(user))", "max(length(correlation))",
      "percentile(length(user), 50)", "percentile(length(object), 33.3)",
      "count() * 2 - distinct(user)", "-count() + 2 * count(user == \"a\")",
      "max(reason) - min(reason)", "max(reason) - 2030"});
}

// The same: reals.
std::string Conditions::Ratio() {
  return random_.Of(Texts{
      "avg(length(object))", "sum(attr.zone)", "avg(attr.zone)",
      "min(attr.zone)", "max(attr.zone)", "count() / distinct(user)",
      "sum(length(user)) / count()", "count(outcome == failure) / count()",
      "sum(duration) / avg(duration)", "max(duration) / min(duration)",
      "avg(reason) / 1000", "percentile(attr.zone, 100)",
      "avg(attr.zone) - min(attr.zone)"});
}

// A comparison of such with a number, or of durations.
std::string Conditions::MeasureThreshold() {
  const std::string op = random_.Of(Texts{" >= ", " > ", " == "});
  switch (random_.Below(4)) {
    case 0:
      return random_.Of(Texts{"sum(duration)", "avg(duration)", "max(duration)",
                              "min(duration)", "percentile(duration, 60)",
                              "sum(duration) / 2",
                              "max(duration) + min(duration)",
                              "sum(duration) - avg(duration)"}) +
             op + random_.Of(Texts{"1s", "1200ms", "2500ms", "1500ms"});
    case 1:
      return random_.Of(Texts{"avg(reason) >= 2040", "avg(reason) < 2050.5",
                              "percentile(reason, 90) >= 2059",
                              "min(reason) > 2035", "max(reason) == 2063",
                              "avg(reason) > min(reason)"});
    case 2:
      return Measure() + op + Number(1, 4);
    default:
      return Ratio() + op +
             random_.Of(Texts{"1", "1.5", "2", "0.5", "2.25", "0.333333333"});
  }
}

// One comparison that is false of the empty window.
std::string Conditions::Threshold() {
  if (random_.OneIn(12)) {
    return Aggregate() + random_.Of(Texts{" >= ", " > ", " == "}) +
           Number(5, 70);
  }
  switch (random_.Below(10)) {
    case 0:
      return Aggregate() + " > " + Number(0, 3);
    case 1:
      return Aggregate() + " == " + Number(1, 4);
    case 2:
      return Number(1, 3) + " <= " + Aggregate();
    case 3:
      return Aggregate() + " > " + Aggregate();
    case 4:
    case 5:
      return MeasureThreshold();
    default:
      return Aggregate() + " >= " + Number(1, 4);
  }
}

std::string Conditions::WindowCondition() {
  switch (random_.Below(8)) {
    case 0:
      return "(" + Threshold() + " and " + Threshold() + ")";
    case 1:
      return "(" + Threshold() + " or " + Threshold() + ")";
    case 2:
      return "(" + Threshold() + " and not " + Threshold() + ")";
    case 3:
      return "(" + Threshold() + " and " + Aggregate() + " <= " + Number(1, 4) +
             ")";
    default:
      return Threshold();
  }
}

// A condition where a firing or a matching event decides: both kinds.
std::string Conditions::FiringCondition() {
  switch (random_.Below(4)) {
    case 0:
      return EventCondition();
    case 1:
      return "(" + Threshold() + random_.Of(Texts{" and ", " or "}) + "(" +
             EventCondition() + "))";
    default:
      return WindowCondition();
  }
}

}  // namespace mqwarden::oracle
