// Random streams: the vocabulary of the random conditions, on a grid of times.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/tests/oracle/random_conditions.h"
#include "mqwarden/tests/oracle/random_rules.h"

namespace mqwarden::oracle {

Time StreamStart() { return *ParseTime("2026-01-05T09:00:00Z"); }

Stream DrawStream(uint64_t seed, int max_events) {
  Random random(seed);
  Stream stream;
  Time time = StreamStart();
  // Busy streams have many equal times, sparse ones let windows run empty.
  const int repeat = random.Between(1, 5);
  const bool with_ids = random.OneIn(2);
  const bool fine = random.OneIn(3);
  const int count = random.Below(max_events + 1);
  const auto text = [&](Event* event, FieldId field, const Texts& choices) {
    const std::string& value = random.Of(choices);
    if (!value.empty()) event->CopyText(field, value);
  };
  const auto place = [&](Event* event, FieldId field,
                         const std::vector<int>& choices) {
    const int value = random.Of(choices);
    if (value >= 0) event->SetInt(field, value);
  };
  const auto code = [](FieldId field, std::string_view name) {
    return static_cast<int>(*FindEnumValue(GetField(field).enum_type, name));
  };

  for (int i = 0; i < count; ++i) {
    if (random.OneIn(repeat)) {
      time += std::chrono::milliseconds(
          random.Of(std::vector<int>{500, 1000, 1000, 1000, 2000, 3000, 9000}));
      if (fine && random.OneIn(4)) time += Duration(1);
    }
    auto event = std::make_shared<Event>();
    event->SetTime(time);
    event->set_sequence(i);
    if (with_ids) event->CopyText(FieldId::kEventId, "e" + std::to_string(i));
    place(event.get(), FieldId::kKind,
          {code(FieldId::kKind, "authn"), code(FieldId::kKind, "authn"),
           code(FieldId::kKind, "authz"), code(FieldId::kKind, "config")});
    place(event.get(), FieldId::kOutcome,
          {-1, code(FieldId::kOutcome, "failure"),
           code(FieldId::kOutcome, "failure"),
           code(FieldId::kOutcome, "success"),
           code(FieldId::kOutcome, "warned")});
    place(event.get(), FieldId::kChannelType,
          {-1, code(FieldId::kChannelType, "svrconn"),
           code(FieldId::kChannelType, "sdr")});
    place(event.get(), FieldId::kLevel, {-1, 0, 1, 2, 3});
    place(event.get(), FieldId::kReason, {-1, 2035, 2035, 2059, 2063});
    place(event.get(), FieldId::kUserTruncated, {-1, 0, 1});
    place(event.get(), FieldId::kDuration, {-1, 1'000'000'000, 1'500'000'000});
    text(event.get(), FieldId::kUser,
         {"", "a", "a", "A", "b", "B", "mqm", "bb"});
    text(event.get(), FieldId::kClientUser, {"", "a", "C", "b"});
    text(event.get(), FieldId::kObject,
         {"", "PAY.IN", "pay.in", "Pay.Out", "SYS.Q", "SYSTEM.X", "q"});
    text(event.get(), FieldId::kQmgr, {"", "QM1", "qm1", "QM2"});
    text(event.get(), FieldId::kOriginQmgr, {"", "Qm1", "QM3"});
    text(event.get(), FieldId::kHost, {"", "", "h1", "H2"});
    text(event.get(), FieldId::kChannel, {"", "APP.1", "app.2", "TO.QM2"});
    text(event.get(), FieldId::kCorrelation, {"", "x", "X", "yx", "a"});
    const std::string ip =
        random.Of(Texts{"", "10.0.0.1", "::ffff:10.0.0.1", "10.0.0.2",
                        "10.0.0.2", "2001:db8::1", "2001:0db8:0:0::1"});
    if (!ip.empty()) event->SetIp(FieldId::kSourceIp, *ParseIp(ip));
    std::vector<std::string_view> tags;
    for (const char* tag : {"lab", "LAB", "x", "prod", "A"}) {
      if (random.OneIn(5)) tags.push_back(tag);
    }
    event->CopyList(FieldId::kTags, tags);
    const std::string zone =
        random.Of(Texts{"", "eu", "EU", "7", "7.0", "12.5", "-3", "+"});
    if (!zone.empty() || random.OneIn(3)) {
      event->CopyAttr({"zone", zone, 7, /*has_number=*/zone == "eu"});
    }
    stream.events.push_back(std::move(event));
  }
  stream.watermark = time + std::chrono::seconds(random.Of(
                                std::vector<int>{0, 0, 1, 4, 5, 60}));
  return stream;
}

}  // namespace mqwarden::oracle
