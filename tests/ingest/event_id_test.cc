#include "mqwarden/ingest/event_id.h"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

Event MakeEvent(int64_t seconds = 1) {
  Event event;
  event.SetTime(Time(std::chrono::seconds(seconds)));
  event.CopyText(FieldId::kCollector, "amqsevt:QMA1");
  event.CopyText(FieldId::kUser, "nina");
  return event;
}

std::string IdOf(EventIdentity* identity, Event event) {
  identity->Assign(&event);
  return std::string(event.Text(FieldId::kEventId));
}

TEST(EventIdentityTest, EqualRecordsStayApart) {
  EventIdentity identity;
  std::set<std::string> ids;
  for (int i = 0; i < 10; ++i) ids.insert(IdOf(&identity, MakeEvent()));
  EXPECT_EQ(ids.size(), 10u);
  for (const std::string& id : ids) {
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

TEST(EventIdentityTest, EqualStreamsGiveEqualIds) {
  std::vector<std::string> ids[2];
  for (auto& list : ids) {
    EventIdentity identity;
    for (const int second : {1, 1, 1, 2, 2, 3}) {
      list.push_back(IdOf(&identity, MakeEvent(second)));
    }
  }
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(std::set<std::string>(ids[0].begin(), ids[0].end()).size(), 6u);
}

TEST(EventIdentityTest, AnIdOfTheSourceIsKept) {
  EventIdentity identity;
  Event event = MakeEvent();
  event.SetText(FieldId::kEventId, "414d51");
  identity.Assign(&event);
  EXPECT_EQ(event.Text(FieldId::kEventId), "414d51");
}

TEST(EventIdentityTest, WhatDependsOnTheReadingDoesNotCount) {
  EventIdentity one;
  EventIdentity other;
  Event event = MakeEvent();
  event.SetText(FieldId::kRaw, "{}");
  event.SetInt(FieldId::kReceived, 7);
  event.set_sequence(99);
  EXPECT_EQ(IdOf(&one, MakeEvent()), IdOf(&other, std::move(event)));
}

TEST(EventIdentityTest, EveryPartOfTheContentCounts) {
  const std::string_view list[] = {"a", "b"};
  const std::string_view joined[] = {"ab"};
  const std::function<void(Event&)> changes[] = {
      [](Event&) {},
      [](Event& e) { e.SetText(FieldId::kUser, "Nina"); },
      [](Event& e) { e.SetText(FieldId::kCollector, "amqsevt:QMB2"); },
      [](Event& e) { e.Unset(FieldId::kUser); },
      [](Event& e) {
        e.Unset(FieldId::kUser);
        e.SetText(FieldId::kMcaUser, "nina");
      },
      [](Event& e) { e.SetInt(FieldId::kReason, 2035); },
      [](Event& e) { e.SetInt(FieldId::kReason, 2036); },
      [](Event& e) { e.SetIp(FieldId::kSourceIp, *ParseIp("192.0.2.1")); },
      [](Event& e) { e.SetIp(FieldId::kSourceIp, *ParseIp("192.0.2.2")); },
      [&](Event& e) { e.SetList(FieldId::kAccess, list); },
      [&](Event& e) { e.SetList(FieldId::kAccess, joined); },
      [](Event& e) { e.AddAttr({"a", "bc"}); },
      [](Event& e) { e.AddAttr({"ab", "c"}); },
      [](Event& e) { e.AddAttr({"a", ""}); },
  };
  std::set<std::string> ids;
  for (const auto& change : changes) {
    EventIdentity identity;
    Event event = MakeEvent();
    change(event);
    ids.insert(IdOf(&identity, std::move(event)));
  }
  EXPECT_EQ(ids.size(), std::size(changes));
}

// Ids stand in alerts, so they must not change from version to version.
TEST(EventIdentityTest, IdsAreForGood) {
  EventIdentity identity;
  Event event = MakeEvent();
  event.SetInt(FieldId::kReason, 2035);
  event.SetIp(FieldId::kSourceIp, *ParseIp("192.0.2.1"));
  const std::string_view access[] = {"get", "browse"};
  event.SetList(FieldId::kAccess, access);
  event.AddAttr({"errorId", "0x10009528"});
  EXPECT_EQ(IdOf(&identity, std::move(event)), "b6954e66bd955c133a4233a753c57485");
}

}  // namespace
}  // namespace mqwarden
