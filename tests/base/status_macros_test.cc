#include "mqwarden/base/status_macros.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace mqwarden {
namespace {

absl::StatusOr<std::unique_ptr<int>> Box(int value) {
  if (value < 0) return absl::InvalidArgumentError("negative");
  return std::make_unique<int>(value);
}

absl::StatusOr<int> Sum(int a, int b) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::unique_ptr<int> x, Box(a));
  std::unique_ptr<int> y;
  MQWARDEN_ASSIGN_OR_RETURN(y, Box(b));
  return *x + *y;
}

absl::Status Steps(absl::Status first, int* reached) {
  MQWARDEN_RETURN_IF_ERROR(first);
  ++*reached;
  return absl::OkStatus();
}

TEST(StatusMacrosTest, ValuesAreAssignedAndErrorsReturned) {
  EXPECT_EQ(Sum(2, 3).value(), 5);
  EXPECT_EQ(Sum(-1, 3).status(), absl::InvalidArgumentError("negative"));
  EXPECT_EQ(Sum(1, -3).status(), absl::InvalidArgumentError("negative"));
}

TEST(StatusMacrosTest, OnlyAnErrorEndsTheFunction) {
  int reached = 0;
  EXPECT_EQ(Steps(absl::DataLossError("torn"), &reached),
            absl::DataLossError("torn"));
  EXPECT_EQ(reached, 0);
  EXPECT_TRUE(Steps(absl::OkStatus(), &reached).ok());
  EXPECT_EQ(reached, 1);
}

}  // namespace
}  // namespace mqwarden
