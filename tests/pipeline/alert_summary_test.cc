#include "mqwarden/pipeline/alert_summary.h"

#include <string>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

Alert At(const std::string& rule, const std::string& time,
         const std::string& user) {
  Alert alert;
  alert.rule = rule;
  alert.time = *ParseTime(time);
  AlertValue value;
  value.text = user;
  alert.group = {{"user", value}};
  return alert;
}

TEST(AlertSummaryTest, CountsAlertsGroupsDaysAndTheBusiestHour) {
  AlertSummary summary;
  summary.OnAlert(At("a", "2026-01-05T09:59:59Z", "ana"));
  summary.OnAlert(At("a", "2026-01-05T10:00:00Z", "bob"));
  summary.OnAlert(At("a", "2026-01-05T10:59:59.999Z", "ana"));
  summary.OnAlert(At("a", "2026-01-06T11:00:00Z", "ana"));
  summary.OnAlert(At("b", "2026-01-06T11:00:00Z", "ana"));

  const auto rules = summary.Rules();
  ASSERT_EQ(rules.size(), 2u);
  const AlertFigures& a = rules.at("a");
  EXPECT_EQ(a.alerts, 4);
  EXPECT_EQ(a.groups, 2);
  EXPECT_EQ(a.busiest_hour, ParseTime("2026-01-05T10:00:00Z"));
  EXPECT_EQ(a.busiest_hour_alerts, 2);
  EXPECT_EQ(a.per_day.at(*ParseTime("2026-01-05T00:00:00Z")), 3);
  EXPECT_EQ(a.per_day.at(*ParseTime("2026-01-06T00:00:00Z")), 1);

  const AlertFigures total = summary.Total();
  EXPECT_EQ(total.alerts, 5);
  EXPECT_EQ(total.groups, 3);
  // Of two hours with two alerts, the first.
  EXPECT_EQ(total.busiest_hour, ParseTime("2026-01-05T10:00:00Z"));
}

TEST(AlertSummaryTest, LeavesOutWhatWasNotSentOrIsNoNewAlert) {
  AlertSummary summary;
  Alert alert = At("a", "2026-01-05T09:00:00Z", "ana");
  alert.muted = "mute where true";
  summary.OnAlert(alert);
  alert.muted.clear();
  for (const AlertState state : {AlertState::kUpdate, AlertState::kResolved,
                                 AlertState::kDigest}) {
    alert.state = state;
    summary.OnAlert(alert);
  }
  EXPECT_TRUE(summary.Rules().empty());
  EXPECT_EQ(summary.Total().alerts, 0);
  EXPECT_FALSE(summary.Total().busiest_hour.has_value());
}

TEST(AlertSummaryTest, InstantsBeforeTheEpochHaveTheirHourAndDay) {
  AlertSummary summary;
  summary.OnAlert(At("a", "1969-12-31T23:30:00Z", "ana"));
  EXPECT_EQ(summary.Total().busiest_hour, ParseTime("1969-12-31T23:00:00Z"));
  EXPECT_EQ(summary.Total().per_day.begin()->first,
            *ParseTime("1969-12-31T00:00:00Z"));
}

}  // namespace
}  // namespace mqwarden
