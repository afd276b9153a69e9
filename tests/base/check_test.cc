#include "mqwarden/base/check.h"

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

TEST(CheckDeathTest, AFailedCheckNamesTheInvariant) {
  EXPECT_DEATH(MQWARDEN_CHECK(1 + 1 == 3, "one and one are three"),
               "check_test.cc:[0-9]+: check failed: one and one are three "
               "\\(1 \\+ 1 == 3\\)");
}

TEST(CheckTest, AHeldCheckEvaluatesItsConditionOnce) {
  int evaluated = 0;
  MQWARDEN_CHECK(++evaluated == 1, "evaluated once");
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, ADebugCheckCostsNothingWithoutDebugging) {
  int evaluated = 0;
  MQWARDEN_DCHECK(++evaluated > 0, "never fails");
#ifdef NDEBUG
  EXPECT_EQ(evaluated, 0);
#else
  EXPECT_EQ(evaluated, 1);
  EXPECT_DEATH(MQWARDEN_DCHECK(false, "broken"), "check failed: broken");
#endif
}

}  // namespace
}  // namespace mqwarden
