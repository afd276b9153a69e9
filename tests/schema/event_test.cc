#include "mqwarden/schema/event.h"

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/schema/event_testing.h"

namespace mqwarden {
namespace {

using Texts = std::vector<std::string_view>;

Texts ListOf(const Event& event, FieldId f) {
  return Texts(event.List(f).begin(), event.List(f).end());
}

TEST(EventTest, NewAndClearedEventsHaveNothing) {
  Event event;
  const std::string empty = Dump(event);
  std::mt19937_64 random(1);
  FillRandomEvent(TextBytes::kAny, &random, &event);
  EXPECT_NE(Dump(event), empty);
  event.Clear();
  EXPECT_EQ(Dump(event), empty);
  for (const FieldInfo& field : AllFields()) EXPECT_FALSE(event.Has(field.id));
}

TEST(EventTest, TheLastValueSetHolds) {
  Event event;
  event.SetInt(FieldId::kReason, 2035);
  event.SetInt(FieldId::kReason, 2577);
  EXPECT_EQ(event.Int(FieldId::kReason), 2577);
  event.SetText(FieldId::kUser, "ana");
  event.SetText(FieldId::kUser, "bob");
  EXPECT_EQ(event.Text(FieldId::kUser), "bob");
  event.Unset(FieldId::kUser);
  EXPECT_FALSE(event.Has(FieldId::kUser));
}

TEST(EventTest, EmptyTextsAndListsAreAbsent) {
  Event event;
  event.SetText(FieldId::kUser, "ana");
  event.SetText(FieldId::kUser, "");
  EXPECT_FALSE(event.Has(FieldId::kUser));
  event.CopyText(FieldId::kUser, "");
  EXPECT_FALSE(event.Has(FieldId::kUser));
  event.SetList(FieldId::kTags, Texts{"lab"});
  event.SetList(FieldId::kTags, Texts{});
  EXPECT_FALSE(event.Has(FieldId::kTags));
  event.CopyList(FieldId::kTags, Texts{"", ""});
  EXPECT_FALSE(event.Has(FieldId::kTags));
}

TEST(EventTest, ZeroIsPresent) {
  Event event;
  event.SetInt(FieldId::kReason, 0);
  EXPECT_TRUE(event.Has(FieldId::kReason));
  event.SetTime(Time());
  EXPECT_TRUE(event.Has(FieldId::kTime));
  EXPECT_EQ(event.time(), Time());
}

TEST(EventTest, SetKeepsTheViewAndCopyTheText) {
  std::string bytes = "ana";
  Event event;
  event.SetText(FieldId::kUser, bytes);
  event.CopyText(FieldId::kCspUser, bytes);
  event.SetList(FieldId::kTags, Texts{bytes});
  event.CopyList(FieldId::kAccess, Texts{bytes});
  bytes = "bob";
  EXPECT_EQ(event.Text(FieldId::kUser), "bob");
  EXPECT_EQ(event.Text(FieldId::kCspUser), "ana");
  EXPECT_EQ(ListOf(event, FieldId::kTags), Texts{"bob"});
  EXPECT_EQ(ListOf(event, FieldId::kAccess), Texts{"ana"});
}

TEST(EventTest, ListsDropRepeatsWithoutRegardToCaseAndKeepOrder) {
  Event event;
  event.SetList(FieldId::kTags, Texts{"prod", "", "DMZ", "Prod", "dmz", "eu"});
  EXPECT_EQ(ListOf(event, FieldId::kTags), (Texts{"prod", "DMZ", "eu"}));
}

TEST(EventTest, LongListsDropRepeatsToo) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) {
    names.push_back((i % 2 == 0 ? "n" : "N") + std::to_string(i % 50));
  }
  Event event;
  event.SetList(FieldId::kTags, Texts(names.begin(), names.end()));
  ASSERT_EQ(event.List(FieldId::kTags).size(), 50u);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(event.List(FieldId::kTags)[i], names[i]);
  }
}

TEST(EventTest, AListMayBeSetFromItself) {
  Event event;
  event.SetList(FieldId::kTags, Texts{"prod", "dmz"});
  event.SetList(FieldId::kTags, event.List(FieldId::kTags));
  EXPECT_EQ(ListOf(event, FieldId::kTags), (Texts{"prod", "dmz"}));
}

TEST(EventTest, TheFirstAttrOfANameHolds) {
  Event event;
  EXPECT_TRUE(event.AddAttr({.name = "maxDepth", .text = "1"}));
  EXPECT_FALSE(event.AddAttr({.name = "maxDepth", .text = "2"}));
  EXPECT_TRUE(event.AddAttr({.name = "MaxDepth", .text = "3"}));
  EXPECT_EQ(event.FindAttr("maxDepth")->text, "1");
  EXPECT_EQ(event.FindAttr("MaxDepth")->text, "3");
  EXPECT_EQ(event.FindAttr("maxdepth"), nullptr);
  EXPECT_EQ(event.attrs_dropped(), 0);
}

TEST(EventTest, AttrsMayBeEmptyTexts) {
  Event event;
  EXPECT_TRUE(event.AddAttr({.name = "connAuth", .text = ""}));
  ASSERT_NE(event.FindAttr("connAuth"), nullptr);
  EXPECT_EQ(event.FindAttr("connAuth")->text, "");
}

TEST(EventTest, AttrsBeyondTheLimitAreCounted) {
  Event event;
  for (int i = 0; i < Event::kMaxAttrs + 5; ++i) {
    const std::string name = "n" + std::to_string(i);
    EXPECT_EQ(event.CopyAttr({.name = name, .text = "x"}),
              i < Event::kMaxAttrs);
  }
  EXPECT_EQ(event.attrs().size(), static_cast<size_t>(Event::kMaxAttrs));
  EXPECT_EQ(event.attrs_dropped(), 5);
  EXPECT_FALSE(event.CopyAttr({.name = "n3", .text = "x"}));
  EXPECT_EQ(event.attrs_dropped(), 5) << "a repeat is no loss";
}

TEST(EventTest, AttrsWithoutAUsableNameAreCounted) {
  Event event;
  EXPECT_FALSE(event.AddAttr({.name = "", .text = "x"}));
  const std::string long_name(Event::kMaxAttrBytes + 1, 'n');
  EXPECT_FALSE(event.AddAttr({.name = long_name, .text = "x"}));
  EXPECT_EQ(event.attrs_dropped(), 2);
  EXPECT_TRUE(event.AddAttr(
      {.name = std::string_view(long_name).substr(1), .text = "x"}));
}

TEST(EventTest, LongAttrsAreCutAtACharacter) {
  struct Case {
    std::string name;
    std::string text;
    size_t kept;
  };
  const size_t limit = Event::kMaxAttrBytes;
  const std::string body(limit - 1, 'a');
  const Case cases[] = {
      {"AtLimit", body + "b", limit},
      {"OneOver", body + "bc", limit},
      {"CharacterEndsAtLimit", std::string(limit - 2, 'a') + "éz", limit},
      {"CharacterSpansLimit", body + "éz", limit - 1},
      {"FourBytesSpanLimit", std::string(limit - 3, 'a') + "😀z", limit - 3},
      {"NoUtf8", std::string(limit + 10, '\x80'), limit},
  };
  for (const Case& c : cases) {
    Event event;
    ASSERT_TRUE(event.AddAttr({.name = "n", .text = c.text})) << c.name;
    EXPECT_EQ(event.FindAttr("n")->text, c.text.substr(0, c.kept)) << c.name;
  }
}

TEST(EventTest, CopiesAreEqualAndOwnTheirTexts) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    Event copy;
    copy.SetText(FieldId::kApp, "left over from before");
    std::string dump;
    {
      Event original;
      FillRandomEvent(TextBytes::kAny, &random, &original);
      dump = Dump(original);
      copy.CopyFrom(original);
      original.Clear();
      FillRandomEvent(TextBytes::kAny, &random, &original);
    }
    EXPECT_EQ(Dump(copy), dump);
  }
}

TEST(EventTest, MovedFromEventsAreCleared) {
  std::mt19937_64 random(8);
  Event original;
  FillRandomEvent(TextBytes::kAny, &random, &original);
  const std::string dump = Dump(original);
  Event moved(std::move(original));
  EXPECT_EQ(Dump(moved), dump);
  EXPECT_EQ(Dump(original), Dump(Event()));  // NOLINT(bugprone-use-after-move)
  original = std::move(moved);
  EXPECT_EQ(Dump(original), dump);
  EXPECT_EQ(Dump(moved), Dump(Event()));  // NOLINT(bugprone-use-after-move)
}

struct ComputedCase {
  FieldId field;
  FieldId input;
  std::string_view text;  // "" leaves the input absent
  bool expected;
};

TEST(EventTest, ComputedFields) {
  const ComputedCase cases[] = {
      {FieldId::kIsAdminUser, FieldId::kUser, "", false},
      {FieldId::kIsAdminUser, FieldId::kUser, "mqm", true},
      {FieldId::kIsAdminUser, FieldId::kUser, "MUSR_MQADMIN", true},
      {FieldId::kIsAdminUser, FieldId::kUser, "Administrator", true},
      {FieldId::kIsAdminUser, FieldId::kUser, "mqm2", false},
      {FieldId::kIsAdminUser, FieldId::kEventUser, "mqm", false},
      {FieldId::kIsSystemObject, FieldId::kObject, "", false},
      {FieldId::kIsSystemObject, FieldId::kObject, "SYSTEM.ADMIN.X", true},
      {FieldId::kIsSystemObject, FieldId::kObject, "system.", true},
      {FieldId::kIsSystemObject, FieldId::kObject, "SYSTEM", false},
      {FieldId::kIsSystemObject, FieldId::kObject, "SYSTEMS.X", false},
      {FieldId::kIsSystemObject, FieldId::kObject, "SYSTEM.DEFAULT", true},
      {FieldId::kIsSystemObject, FieldId::kObject, "System.Default.X", false},
      {FieldId::kIsReplyModel, FieldId::kObject, "", false},
      {FieldId::kIsReplyModel, FieldId::kObject,
       "system.default.model.queue", true},
      {FieldId::kIsReplyModel, FieldId::kObject, "SYSTEM.JMS.MODEL.QUEUE",
       true},
      {FieldId::kIsReplyModel, FieldId::kObject, "APP.MODEL", false},
  };
  for (const ComputedCase& c : cases) {
    Event event;
    event.SetText(c.input, c.text);
    EXPECT_EQ(event.ComputedBool(c.field), c.expected)
        << GetField(c.field).name << " of " << c.text;
  }
}

TEST(EventTest, TheTotalOrderIsTimeThenCollectorThenSequence) {
  struct Place {
    int64_t time;
    std::string_view collector;
    int64_t sequence;
  };
  // In order; "" is a missing collector.
  const Place places[] = {{-5, "z", 9}, {1, "", 3},  {1, "a", 2},
                          {1, "a", 4},  {1, "b", 1}, {2, "", -1}};
  std::vector<std::unique_ptr<Event>> events;
  for (const Place& place : places) {
    events.push_back(std::make_unique<Event>());
    events.back()->SetTime(Time(Duration(place.time)));
    events.back()->SetText(FieldId::kCollector, place.collector);
    events.back()->set_sequence(place.sequence);
  }
  for (size_t i = 0; i < events.size(); ++i) {
    for (size_t j = 0; j < events.size(); ++j) {
      EXPECT_EQ(ComesBefore(*events[i], *events[j]), i < j) << i << " " << j;
    }
  }
}

}  // namespace
}  // namespace mqwarden
