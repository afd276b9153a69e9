#include "mqwarden/schema/inventory.h"

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/glob.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/schema/event_testing.h"

namespace mqwarden {
namespace {

using Tags = std::vector<std::string>;

struct Input {
  std::string qmgr;
  std::string host;
  std::string channel;
};

void Fill(const Input& input, Event* event) {
  event->Clear();
  event->CopyText(FieldId::kQmgr, input.qmgr);
  event->CopyText(FieldId::kHost, input.host);
  event->CopyText(FieldId::kChannel, input.channel);
}

Tags TagsOf(const Event& event) {
  if (!event.Has(FieldId::kTags)) return {};
  return Tags(event.List(FieldId::kTags).begin(),
              event.List(FieldId::kTags).end());
}

std::string TextOf(const Event& event, FieldId f) {
  return event.Has(f) ? std::string(event.Text(f)) : "";
}

struct FitCase {
  std::string name;
  Input row;
  Input event;
  bool fits;
};

class FitTest : public testing::TestWithParam<FitCase> {};

TEST_P(FitTest, RowGivesItsTagsWhenItFits) {
  const FitCase& c = GetParam();
  const Inventory inventory({{.qmgr = c.row.qmgr,
                              .host = c.row.host,
                              .channel = c.row.channel,
                              .tags = {"hit"}}});
  Event event;
  Fill(c.event, &event);
  inventory.Apply(&event);
  EXPECT_EQ(TagsOf(event), c.fits ? Tags{"hit"} : Tags{});
}

INSTANTIATE_TEST_SUITE_P(
    Cases, FitTest,
    testing::ValuesIn(std::vector<FitCase>{
        {"Qmgr", {"QM1", "", ""}, {"QM1", "h", "c"}, true},
        {"QmgrFolded", {"QM1", "", ""}, {"qm1", "", ""}, true},
        {"OtherQmgr", {"QM1", "", ""}, {"QM2", "", ""}, false},
        {"HeadOfQmgr", {"QM1", "", ""}, {"QM10", "", ""}, false},
        {"QmgrGlob", {"PAY*", "", ""}, {"pay7", "", ""}, true},
        {"QmgrGlobOneCharacter", {"QM?", "", ""}, {"QM12", "", ""}, false},
        {"MissingQmgr", {"QM1", "", ""}, {"", "h", "c"}, false},
        {"GlobDoesNotFitMissingQmgr", {"*", "", ""}, {"", "h", "c"}, false},
        {"Host", {"", "h1", ""}, {"QM1", "H1", ""}, true},
        {"HostGlob", {"", "h*", ""}, {"QM1", "H1", ""}, true},
        {"MissingHostWithoutQmgr", {"", "h1", ""}, {"QM1", "", ""}, false},
        {"GlobDoesNotFitMissingHost", {"", "*", ""}, {"QM1", "", ""}, false},
        {"MissingHostFitsByQmgr", {"QM1", "h1", ""}, {"QM1", "", ""}, true},
        {"MissingHostFitsByQmgrGlob", {"Q*", "h1", ""}, {"QM1", "", ""}, true},
        {"MissingHostOtherQmgr", {"QM1", "h1", ""}, {"QM2", "", ""}, false},
        {"MissingHostOtherChannel",
         {"QM1", "h1", "C1"}, {"QM1", "", "C2"}, false},
        {"MissingHostSameChannel",
         {"QM1", "h1", "C1"}, {"QM1", "", "C1"}, true},
        {"MissingHostChannelOnly", {"", "h1", "C1"}, {"", "", "C1"}, false},
        {"OtherHost", {"QM1", "h1", ""}, {"QM1", "h2", ""}, false},
        {"Channel", {"", "", "APP.*"}, {"", "", "APP.SVRCONN"}, true},
        {"ChannelOfQmgr", {"QM1", "", "C1"}, {"QM1", "", "c1"}, true},
        {"MissingChannel", {"QM1", "", "C1"}, {"QM1", "", ""}, false},
        {"GlobDoesNotFitMissingChannel",
         {"QM1", "", "*"}, {"QM1", "", ""}, false},
        {"AllThree", {"QM1", "h?", "C*"}, {"QM1", "h1", "C1"}, true},
        {"AllThreeOtherHost", {"QM1", "h?", "C*"}, {"QM1", "x", "C1"}, false},
    }),
    [](const auto& info) { return info.param.name; });

TEST(InventoryTest, TagsOfAllRowsThatFitFollowTheEventsOwn) {
  const Inventory inventory({
      {.qmgr = "*", .tags = {"emea", "prod"}},
      {.qmgr = "QM2", .tags = {"other"}},
      {.qmgr = "QM1", .tags = {"pci", "PROD"}},
      {.host = "h1", .tags = {"dmz"}},
  });
  Event event;
  Fill({"QM1", "h1", ""}, &event);
  event.SetList(FieldId::kTags, std::vector<std::string_view>{"own", "DMZ"});
  inventory.Apply(&event);
  EXPECT_EQ(TagsOf(event), (Tags{"own", "DMZ", "emea", "prod", "pci"}));
}

TEST(InventoryTest, OtherColumnsComeFromTheFirstRowEvenWhereItIsEmpty) {
  const Inventory inventory({
      {.qmgr = "QM*", .tags = {"a"}, .service = "payments"},
      {.qmgr = "QM1",
       .tags = {"b"},
       .platform = "unix",
       .owner = "team-b",
       .service = "other",
       .channel_type = "sdr"},
  });
  Event event;
  Fill({"QM1", "", ""}, &event);
  inventory.Apply(&event);
  EXPECT_EQ(TagsOf(event), (Tags{"a", "b"}));
  EXPECT_EQ(TextOf(event, FieldId::kService), "payments");
  EXPECT_FALSE(event.Has(FieldId::kOwner));
  EXPECT_FALSE(event.Has(FieldId::kPlatform));
  EXPECT_FALSE(event.Has(FieldId::kChannelType));
}

TEST(InventoryTest, WhatTheEventHasStays) {
  const Inventory inventory({{.qmgr = "QM1",
                              .host = "",
                              .platform = "unix",
                              .owner = "team-a",
                              .service = "payments",
                              .channel_type = "sdr"}});
  Event event;
  Fill({"QM1", "h1", ""}, &event);
  event.SetText(FieldId::kOwner, "me");
  event.SetInt(FieldId::kPlatform, EnumCode(EnumType::kPlatform, "zos"));
  inventory.Apply(&event);
  EXPECT_EQ(TextOf(event, FieldId::kOwner), "me");
  EXPECT_EQ(event.Int(FieldId::kPlatform),
            EnumCode(EnumType::kPlatform, "zos"));
  EXPECT_EQ(TextOf(event, FieldId::kService), "payments");
  EXPECT_EQ(event.Int(FieldId::kChannelType),
            EnumCode(EnumType::kChannelType, "sdr"));
  EXPECT_EQ(TextOf(event, FieldId::kHost), "h1");
}

TEST(InventoryTest, ATakenHostChoosesNoFurtherRows) {
  const Inventory inventory({
      {.qmgr = "QM1", .host = "h1", .tags = {"a"}},
      {.host = "h1", .tags = {"b"}},
  });
  Event event;
  Fill({"QM1", "", ""}, &event);
  inventory.Apply(&event);
  EXPECT_EQ(TextOf(event, FieldId::kHost), "h1");
  EXPECT_EQ(TagsOf(event), Tags{"a"});
}

TEST(InventoryTest, AHostWrittenAsAGlobIsNotTaken) {
  const Inventory inventory({{.qmgr = "QM1", .host = "h*", .owner = "a"}});
  Event event;
  Fill({"QM1", "", ""}, &event);
  inventory.Apply(&event);
  EXPECT_FALSE(event.Has(FieldId::kHost));
  EXPECT_EQ(TextOf(event, FieldId::kOwner), "a");
}

// The definition, row by row.
void ApplyNaively(const std::vector<InventoryRow>& rows, Event* event) {
  const std::string qmgr = TextOf(*event, FieldId::kQmgr);
  const std::string host = TextOf(*event, FieldId::kHost);
  const std::string channel = TextOf(*event, FieldId::kChannel);
  const auto fits = [](const std::string& pattern, const std::string& text) {
    return pattern.empty() ||
           (!text.empty() && GlobMatch(pattern, text, /*fold_case=*/true));
  };
  Tags tags = TagsOf(*event);
  const InventoryRow* first = nullptr;
  for (const InventoryRow& row : rows) {
    if (!fits(row.qmgr, qmgr) || !fits(row.channel, channel)) continue;
    const bool by_qmgr = host.empty() && !row.qmgr.empty();
    if (!by_qmgr && !fits(row.host, host)) continue;
    if (first == nullptr) first = &row;
    tags.insert(tags.end(), row.tags.begin(), row.tags.end());
  }
  if (first == nullptr) return;
  event->CopyList(FieldId::kTags,
                  std::vector<std::string_view>(tags.begin(), tags.end()));
  if (host.empty() && !HasGlobWildcard(first->host)) {
    event->CopyText(FieldId::kHost, first->host);
  }
  if (!event->Has(FieldId::kOwner)) {
    event->CopyText(FieldId::kOwner, first->owner);
  }
  if (!event->Has(FieldId::kService)) {
    event->CopyText(FieldId::kService, first->service);
  }
  if (!event->Has(FieldId::kPlatform) && !first->platform.empty()) {
    event->SetInt(FieldId::kPlatform,
                  *FindEnumValue(EnumType::kPlatform, first->platform));
  }
  if (!event->Has(FieldId::kChannelType) && !first->channel_type.empty()) {
    event->SetInt(FieldId::kChannelType,
                  *FindEnumValue(EnumType::kChannelType, first->channel_type));
  }
}

TEST(InventoryRandomTest, AgreesWithTheNaiveReference) {
  std::mt19937_64 random(42);
  const auto pick = [&random](std::vector<std::string> from) {
    return from[random() % from.size()];
  };
  int changed = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<InventoryRow> rows(1 + random() % 12);
    for (InventoryRow& row : rows) {
      do {
        row.qmgr = pick({"", "QM1", "qm2", "QM*", "*", "QM?"});
        row.host = pick({"", "", "h1", "H2", "h*"});
        row.channel = pick({"", "", "C1", "c2", "C*", "*"});
      } while (row.qmgr.empty() && row.host.empty() && row.channel.empty());
      for (uint64_t i = random() % 3; i > 0; --i) {
        row.tags.push_back(pick({"prod", "PROD", "lab", "dmz", "pci"}));
      }
      row.platform = pick({"", "unix", "zos"});
      row.owner = pick({"", "team-a", "team-b"});
      row.service = pick({"", "payments", "cards"});
      row.channel_type = pick({"", "sdr", "svrconn"});
    }
    const Inventory inventory(rows);
    for (int i = 0; i < 100; ++i) {
      Event event;
      Fill({pick({"", "QM1", "qm1", "QM2", "QM10", "X"}),
            pick({"", "", "h1", "h2", "x"}), pick({"", "C1", "C2", "x"})},
           &event);
      if (random() % 4 == 0) event.CopyText(FieldId::kOwner, "own");
      if (random() % 4 == 0) {
        event.CopyList(FieldId::kTags,
                       std::vector<std::string_view>{"own", "Lab"});
      }
      const std::string before = Dump(event);
      Event expected;
      expected.CopyFrom(event);
      ApplyNaively(rows, &expected);
      inventory.Apply(&event);
      ASSERT_EQ(Dump(event), Dump(expected)) << before;
      changed += Dump(event) != before ? 1 : 0;
    }
  }
  EXPECT_GT(changed, 10'000);
}

TEST(InferChannelTypeTest, InfersOnlyWhatOtherFieldsProve) {
  struct Case {
    std::string name;
    bool infers;
    std::optional<int64_t> reason;
    std::string_view kind;
    std::string_view action;
    std::string_view channel;
    std::string_view client_user;
    bool is_svrconn;
  };
  const Case cases[] = {
      {"Refused", true, 2035, "authz", "connect", "C1", "", true},
      {"LetIn", true, 3391, "authz", "connect", "C1", "", true},
      {"NoChannel", true, 2035, "authz", "connect", "", "ana", false},
      {"OtherReason", true, 2371, "channel", "tls", "C1", "ana", false},
      {"NoReason", true, std::nullopt, "session", "connect", "C1", "", false},
      {"Blocked", true, 2577, "channel", "block", "C1", "ana", true},
      {"BlockedByAddress", true, 2577, "channel", "block", "", "", false},
      {"BlockedNoClientUser", true, 2577, "channel", "block", "C1", "", false},
      {"SaysItItself", false, 2035, "authz", "connect", "C1", "ana", false},
  };
  for (const Case& c : cases) {
    Event event;
    event.set_infers_channel_type(c.infers);
    if (c.reason.has_value()) event.SetInt(FieldId::kReason, *c.reason);
    event.SetInt(FieldId::kKind, *FindEnumValue(EnumType::kKind, c.kind));
    event.SetInt(FieldId::kAction, *FindEnumValue(EnumType::kAction, c.action));
    event.SetText(FieldId::kChannel, c.channel);
    event.SetText(FieldId::kClientUser, c.client_user);
    InferChannelType(&event);
    EXPECT_EQ(event.Has(FieldId::kChannelType), c.is_svrconn) << c.name;
    if (c.is_svrconn) {
      EXPECT_EQ(event.Int(FieldId::kChannelType),
                EnumCode(EnumType::kChannelType, "svrconn"))
          << c.name;
    }
  }
}

TEST(InferChannelTypeTest, AKnownTypeStays) {
  Event event;
  event.set_infers_channel_type(true);
  event.SetInt(FieldId::kReason, 2035);
  event.SetText(FieldId::kChannel, "C1");
  event.SetInt(FieldId::kChannelType,
               EnumCode(EnumType::kChannelType, "amqp"));
  InferChannelType(&event);
  EXPECT_EQ(event.Int(FieldId::kChannelType),
            EnumCode(EnumType::kChannelType, "amqp"));
}

}  // namespace
}  // namespace mqwarden
