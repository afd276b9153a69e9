#include "mqwarden/schema/event_proto.h"

#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert.pb.h"
#include "mqwarden/schema/event.pb.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/schema/event_testing.h"

namespace mqwarden {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

FieldDescriptor::Type ProtoType(FieldType type) {
  switch (type) {
    case FieldType::kStr:
    case FieldType::kKw:
    case FieldType::kIp:
    case FieldType::kList:
      return FieldDescriptor::TYPE_STRING;
    case FieldType::kEnum:
      return FieldDescriptor::TYPE_ENUM;
    case FieldType::kBool:
      return FieldDescriptor::TYPE_BOOL;
    case FieldType::kInt:
    case FieldType::kReal:
    case FieldType::kTs:
    case FieldType::kDuration:
      return FieldDescriptor::TYPE_INT64;
  }
  return FieldDescriptor::TYPE_BYTES;
}

std::string UpperCase(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

TEST(EventProtoTest, TheMessageHasTheFieldsOfTheCatalogueAndNoOthers) {
  std::set<std::string> names = {"attr"};
  for (const FieldInfo& field : AllFields()) {
    if ((field.flags & kFieldComputed) != 0) continue;
    names.insert(std::string(field.name));
    const FieldDescriptor* const proto =
        v1::Event::descriptor()->FindFieldByName(std::string(field.name));
    ASSERT_NE(proto, nullptr) << field.name;
    EXPECT_EQ(proto->type(), ProtoType(field.type)) << field.name;
    EXPECT_EQ(proto->is_repeated(), field.type == FieldType::kList)
        << field.name;
    if (!proto->is_repeated()) {
      EXPECT_TRUE(proto->has_presence()) << field.name;
    }
  }
  for (int i = 0; i < v1::Event::descriptor()->field_count(); ++i) {
    EXPECT_EQ(names.count(v1::Event::descriptor()->field(i)->name()), 1u)
        << v1::Event::descriptor()->field(i)->name();
  }
}

TEST(EventProtoTest, TheEnumsHaveTheValuesOfTheCatalogueAndNoOthers) {
  int enums = 0;
  for (const FieldInfo& field : AllFields()) {
    if (field.type != FieldType::kEnum) continue;
    ++enums;
    const EnumDescriptor* const proto =
        v1::Event::descriptor()
            ->FindFieldByName(std::string(field.name))
            ->enum_type();
    const std::string prefix = UpperCase(EnumTypeName(field.enum_type)) + "_";
    ASSERT_EQ(proto->value_count(),
              static_cast<int>(EnumValues(field.enum_type).size()) + 1)
        << field.name;
    EXPECT_EQ(proto->FindValueByNumber(0)->name(), prefix + "UNSPECIFIED");
    for (const EnumValueInfo& value : EnumValues(field.enum_type)) {
      const auto* const found =
          proto->FindValueByNumber(static_cast<int>(value.value) + 1);
      ASSERT_NE(found, nullptr) << field.name << " " << value.name;
      EXPECT_EQ(found->name(), prefix + UpperCase(value.name));
    }
  }
  EXPECT_GT(enums, 10);
}

TEST(EventProtoTest, RandomEventsComeBack) {
  std::mt19937_64 random(11);
  Event event;
  Event back;
  v1::Event proto;
  v1::Event parsed;
  for (int round = 0; round < 200; ++round) {
    FillRandomEvent(TextBytes::kUtf8, &random, &event);
    // These are the engine's and not in the protobuf form.
    event.set_sequence(0);
    event.set_infers_channel_type(false);
    EventToProto(event, &proto);
    ASSERT_TRUE(parsed.ParseFromString(proto.SerializeAsString()));
    const absl::Status status = EventFromProto(parsed, &back);
    ASSERT_TRUE(status.ok()) << status.ToString();
    parsed.Clear();
    ASSERT_EQ(Dump(back), Dump(event));
  }
}

TEST(EventProtoTest, BytesThatAreNoUtf8AreReplaced) {
  Event event;
  event.SetText(FieldId::kUser, "a\xFF\xC3z");
  event.AddAttr({.name = "\xFF", .text = "\xFE"});
  v1::Event proto;
  EventToProto(event, &proto);
  EXPECT_EQ(proto.user(), "a\uFFFD\uFFFDz");
  EXPECT_EQ(proto.attr(0).name(), "\uFFFD");
  EXPECT_EQ(proto.attr(0).text(), "\uFFFD");
}

TEST(EventProtoTest, EmptyAndUnspecifiedValuesAreAbsent) {
  v1::Event proto;
  proto.set_user("");
  proto.set_source_ip("");
  proto.set_kind(v1::KIND_UNSPECIFIED);
  proto.add_tags("");
  Event event;
  ASSERT_TRUE(EventFromProto(proto, &event).ok());
  EXPECT_EQ(Dump(event), Dump(Event()));
}

TEST(EventProtoTest, InvalidValuesAreRefusedByName) {
  struct Case {
    std::string_view field;
    v1::Event proto;
    std::string_view message;
  };
  v1::Event bad_ip;
  bad_ip.set_user("ana");
  bad_ip.set_source_ip("10.1.2");
  v1::Event bad_enum;
  bad_enum.set_action(static_cast<v1::Action>(99));
  v1::Event negative_enum;
  negative_enum.set_outcome(static_cast<v1::Outcome>(-1));
  v1::Event bad_attr;
  bad_attr.add_attr()->set_text("x");
  const Case cases[] = {
      {"source_ip", bad_ip, "event field source_ip has no such value: 10.1.2"},
      {"action", bad_enum, "event field action has no such value: 99"},
      {"outcome", negative_enum, "event field outcome has no such value: -1"},
      {"attr", bad_attr, "event field attr has no such value: (no name)"},
  };
  for (const Case& c : cases) {
    Event event;
    const absl::Status status = EventFromProto(c.proto, &event);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.field;
    EXPECT_EQ(FromAbsl(status.message()), c.message);
    EXPECT_EQ(Dump(event), Dump(Event())) << c.field;
  }
}

TEST(AlertProtoTest, CarriesWhatTheAlertHas) {
  Alert alert;
  alert.id = {.hi = 1, .lo = 2};
  alert.rule = "r";
  alert.version = "00ff00ff00ff00ff";
  alert.state = AlertState::kUpdate;
  alert.severity = Severity::kCritical;
  alert.title = "t";
  alert.summary = "a\xFF";
  alert.time = Time(Duration(30));
  alert.first = Time(Duration(10));
  alert.count = 7;
  alert.group = {{"user", {.text = "ana"}}};
  alert.fields = {
      {"n", {.form = AlertValue::Form::kNumber, .text = "1.5"}},
      {"b", {.form = AlertValue::Form::kBool, .boolean = true}},
      {"l", {.form = AlertValue::Form::kList, .list = {{.text = "x"}}}}};
  alert.tags = {"auth"};
  alert.notify = {"soc"};
  alert.runbook = "https://runbooks.example/r";
  alert.held = 3;
  alert.muted = "why";
  alert.state_evicted = true;
  auto event = std::make_shared<Event>();
  event->SetText(FieldId::kUser, "ana");
  alert.evidence = {event};
  alert.trigger = event;

  v1::Alert proto;
  AlertToProto(alert, &proto);
  EXPECT_EQ(proto.id(), "00000000000000010000000000000002");
  EXPECT_EQ(proto.rule(), "r");
  EXPECT_EQ(proto.version(), "00ff00ff00ff00ff");
  EXPECT_EQ(proto.state(), v1::STATE_UPDATE);
  EXPECT_EQ(proto.severity(), v1::SEVERITY_CRITICAL);
  EXPECT_EQ(proto.title(), "t");
  EXPECT_EQ(proto.summary(), "a\uFFFD");
  EXPECT_EQ(proto.time(), 30);
  EXPECT_EQ(proto.first(), 10);
  EXPECT_FALSE(proto.has_last());
  EXPECT_EQ(proto.count(), 7);
  ASSERT_EQ(proto.group_size(), 1);
  EXPECT_EQ(proto.group(0).name(), "user");
  EXPECT_EQ(proto.group(0).value().text(), "ana");
  ASSERT_EQ(proto.fields_size(), 3);
  EXPECT_EQ(proto.fields(0).value().number(), "1.5");
  EXPECT_TRUE(proto.fields(1).value().boolean());
  ASSERT_EQ(proto.fields(2).value().list().values_size(), 1);
  EXPECT_EQ(proto.fields(2).value().list().values(0).text(), "x");
  EXPECT_EQ(proto.tags(0), "auth");
  EXPECT_EQ(proto.notify(0), "soc");
  EXPECT_EQ(proto.runbook(), "https://runbooks.example/r");
  EXPECT_EQ(proto.held(), 3);
  EXPECT_EQ(proto.muted(), "why");
  EXPECT_TRUE(proto.state_evicted());
  ASSERT_EQ(proto.evidence_size(), 1);
  EXPECT_EQ(proto.evidence(0).user(), "ana");
  EXPECT_EQ(proto.trigger().user(), "ana");
}

}  // namespace
}  // namespace mqwarden
