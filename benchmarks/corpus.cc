// Ordinary events are drawn one after another; planted ones are drawn first and
// merged in by time. Times are unique, so the order of the day is total.

#include "mqwarden/benchmarks/corpus.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden::benchmarks {
namespace {

constexpr int64_t kDayStart = int64_t{1773100800} * 1'000'000'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMillisecond = 1'000'000;
constexpr int kQmgrs = 40;
constexpr int kLabQmgrs = 4;  // the last of them
constexpr int kClientChannels = 60;
constexpr int kSenderChannels = 20;  // the last of the channels

constexpr uint8_t Number(int64_t code) { return static_cast<uint8_t>(code); }
constexpr uint8_t kAuthz = Number(EnumCode(EnumType::kKind, "authz"));
constexpr uint8_t kChannel = Number(EnumCode(EnumType::kKind, "channel"));
constexpr uint8_t kPerf = Number(EnumCode(EnumType::kKind, "perf"));
constexpr uint8_t kCommand = Number(EnumCode(EnumType::kKind, "command"));
constexpr uint8_t kConnect = Number(EnumCode(EnumType::kAction, "connect"));
constexpr uint8_t kOpen = Number(EnumCode(EnumType::kAction, "open"));
constexpr uint8_t kBlock = Number(EnumCode(EnumType::kAction, "block"));
constexpr uint8_t kStart = Number(EnumCode(EnumType::kAction, "start"));
constexpr uint8_t kRun = Number(EnumCode(EnumType::kAction, "command"));
constexpr uint8_t kOther = Number(EnumCode(EnumType::kAction, "other"));
constexpr uint8_t kSuccess = Number(EnumCode(EnumType::kOutcome, "success"));
constexpr uint8_t kFailure = Number(EnumCode(EnumType::kOutcome, "failure"));
constexpr uint8_t kUnknown = Number(EnumCode(EnumType::kOutcome, "unknown"));
constexpr uint8_t kSvrconn = Number(EnumCode(EnumType::kChannelType, "svrconn"));
constexpr uint8_t kRcvr = Number(EnumCode(EnumType::kChannelType, "rcvr"));

// SplitMix64.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(Next() % n); }
  // Ranks 0..n-1 with a chance near 1 / (rank + 1): an octave, then a rank of it.
  uint32_t Zipf(uint32_t n) {
    uint32_t octaves = 0;
    while ((uint64_t{1} << octaves) <= n) ++octaves;
    for (;;) {
      const uint32_t first = uint32_t{1} << Below(octaves);
      const uint32_t rank = first + Below(first) - 1;
      if (rank < n) return rank;
    }
  }

 private:
  uint64_t state_;
};

// Different ranks are different addresses of 10.0.0.0/8, spread over it.
uint32_t AddressOf(uint32_t rank) {
  return 0x0a000000 | ((rank * 0x9e3779b1U) & 0x00ffffff);
}

class Drawer {
 public:
  explicit Drawer(const CorpusOptions& options)
      : options_(options), length_(options.seconds * kSecond), dice_(options.seed) {}

  CompactEvent Ordinary(int64_t time) {
    CompactEvent event = AnyClient(time);
    if (options_.only_refusals) {
      Refuse(&event);
      event.lab = 0;
      event.qmgr = 0;
      event.address = AddressOf(drawn_ < options_.addresses
                                    ? static_cast<uint32_t>(drawn_++)
                                    : dice_.Below(options_.addresses));
      return event;
    }
    const uint32_t draw = dice_.Below(1000);
    if (draw < 80) {
      Refuse(&event);
      event.address = AddressOf(dice_.Below(options_.addresses));
    } else if (draw < 600) {
      event.action = kOpen;
    } else if (draw < 850) {
      event.action = kConnect;
      event.queue = CompactEvent::kNoQueue;
    } else if (draw < 852) {
      Block(&event);
      event.channel = static_cast<uint16_t>(dice_.Below(kClientChannels));
      event.channel_type = kSvrconn;
    } else if (draw < 920) {
      event.kind = kPerf;
      event.action = kOther;
      event.outcome = kUnknown;
      event.reason = 2224;
    } else if (draw < 960) {
      event.kind = kCommand;
      event.action = kRun;
      event.reason = 2412;
    } else {
      event.kind = kChannel;
      event.action = kStart;
      event.reason = 2282;
      event.queue = CompactEvent::kNoQueue;
      event.channel = Sender();
      event.channel_type = kRcvr;
    }
    return event;
  }

  // In no order.
  std::vector<CompactEvent> Planted() {
    std::vector<CompactEvent> planted;
    for (int i = 0; i < options_.attackers; ++i) {
      const int64_t start = kDayStart + Within(length_ - 300 * kSecond);
      const int refusals = 10 + static_cast<int>(dice_.Below(12));
      const uint32_t address = 0xc6336400 + dice_.Below(256);  // 198.51.100.0/24
      const uint32_t user = dice_.Below(options_.users);
      for (int k = 0; k < refusals; ++k) {
        CompactEvent event = AnyClient(start + Within(290 * kSecond));
        Refuse(&event);
        event.address = address;
        event.user = user;
        planted.push_back(event);
      }
    }
    for (int i = 0; i < 300; ++i) {
      CompactEvent event = AnyClient(kDayStart + Within(length_));
      Block(&event);
      event.channel = Sender();
      event.channel_type = kRcvr;
      planted.push_back(event);
    }
    for (int i = 0; i < 60; ++i) {
      CompactEvent event = AnyClient(kDayStart + Within(length_));
      event.action = kConnect;
      event.queue = CompactEvent::kNoQueue;
      event.user = dice_.Below(kBreakGlassUsers);
      planted.push_back(event);
    }
    return planted;
  }

  int64_t Within(int64_t length) {
    return static_cast<int64_t>(dice_.Next() % static_cast<uint64_t>(length));
  }

 private:
  // A client that was let in; what differs is set afterwards.
  CompactEvent AnyClient(int64_t time) {
    CompactEvent event;
    event.time = time;
    event.address = AddressOf(dice_.Zipf(options_.addresses));
    event.user = kBreakGlassUsers + dice_.Below(options_.users - kBreakGlassUsers);
    event.queue = dice_.Below(options_.queues);
    event.qmgr = static_cast<uint16_t>(dice_.Below(kQmgrs));
    event.channel = static_cast<uint16_t>(dice_.Below(kClientChannels));
    event.reason = 3391;
    event.kind = kAuthz;
    event.outcome = kSuccess;
    event.channel_type = kSvrconn;
    event.lab = event.qmgr >= kQmgrs - kLabQmgrs;
    return event;
  }
  static void Refuse(CompactEvent* event) {
    event->action = kOpen;
    event->outcome = kFailure;
    event->reason = 2035;
  }
  static void Block(CompactEvent* event) {
    event->kind = kChannel;
    event->action = kBlock;
    event->outcome = kFailure;
    event->reason = 2577;
    event->queue = CompactEvent::kNoQueue;
  }
  uint16_t Sender() {
    return static_cast<uint16_t>(kClientChannels + dice_.Below(kSenderChannels));
  }

  const CorpusOptions& options_;
  const int64_t length_;
  Dice dice_;
  int64_t drawn_ = 0;  // addresses that had their first refusal
};

std::string Name(const char* format, int number) {
  char text[48];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string_view ReasonName(uint16_t reason) {
  switch (reason) {
    case 2035: return "MQRC_NOT_AUTHORIZED";
    case 2224: return "MQRC_Q_DEPTH_HIGH";
    case 2282: return "MQRC_CHANNEL_STARTED";
    case 2412: return "MQRC_COMMAND_MQSC";
    case 2577: return "MQRC_CHANNEL_BLOCKED";
    case 3391: return "MQRCCF_AUTHORIZED";
    default: return "";
  }
}

}  // namespace

Corpus::Corpus(const CorpusOptions& options) {
  for (int i = 0; i < kBreakGlassUsers; ++i) users_.push_back(Name("bgadmin%d", i + 1));
  for (int i = kBreakGlassUsers; i < static_cast<int>(options.users); ++i) {
    users_.push_back(Name("svc%07d", i));
  }
  for (int i = 0; i < static_cast<int>(options.queues); ++i) {
    queues_.push_back(Name("PAYMENTS.INBOUND.Q%05d", i));
  }
  for (int i = 0; i < kQmgrs; ++i) {
    qmgrs_.push_back(Name(i < kQmgrs - kLabQmgrs ? "PRDQM%03d" : "LABQM%03d", i));
  }
  for (int i = 0; i < kClientChannels; ++i) channels_.push_back(Name("APP%02d.SVRCONN", i));
  for (int i = 0; i < kSenderChannels; ++i) {
    channels_.push_back(Name(i % 2 == 0 ? "PROD.PART%02d.SDR" : "TEST.PART%02d.SDR", i));
  }

  Drawer drawer(options);
  std::vector<CompactEvent> planted;
  if (!options.only_refusals) planted = drawer.Planted();
  if (static_cast<int64_t>(planted.size()) > options.events) {
    planted.resize(static_cast<size_t>(options.events));
  }
  const int64_t ordinary = options.events - static_cast<int64_t>(planted.size());
  events_.reserve(static_cast<size_t>(options.events));
  events_ = std::move(planted);
  const int64_t step = options.seconds * kSecond / ordinary;
  for (int64_t i = 0; i < ordinary; ++i) {
    events_.push_back(drawer.Ordinary(kDayStart + i * step + drawer.Within(step)));
  }
  std::stable_sort(events_.begin(), events_.end(),
                   [](const CompactEvent& a, const CompactEvent& b) {
                     return a.time < b.time;
                   });
  // Whole milliseconds, as sources give them, if there are enough of them, and no
  // two times the same.
  const int64_t tick = step > 2 * kMillisecond ? kMillisecond : 1;
  int64_t last = 0;
  for (CompactEvent& event : events_) {
    event.time = std::max(event.time - event.time % tick, last + tick);
    last = event.time;
  }
}

void Corpus::Fill(const CompactEvent& from, Event* event) const {
  event->Clear();
  event->SetTime(Time(Duration(from.time)));
  event->SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "amqsevt"));
  static constexpr std::string_view kLab[] = {"lab", "unix"};
  static constexpr std::string_view kProd[] = {"prod", "unix"};
  event->SetList(FieldId::kTags, from.lab != 0 ? kLab : kProd);
  event->SetInt(FieldId::kKind, from.kind);
  event->SetInt(FieldId::kAction, from.action);
  event->SetInt(FieldId::kOutcome, from.outcome);
  event->SetInt(FieldId::kReason, from.reason);
  event->SetText(FieldId::kReasonName, ReasonName(from.reason));
  event->SetText(FieldId::kQmgr, qmgrs_[from.qmgr]);
  event->SetText(FieldId::kUser, users_[from.user]);
  event->SetText(FieldId::kChannel, channels_[from.channel]);
  event->SetInt(FieldId::kChannelType, from.channel_type);
  IpAddress ip;
  ip.bytes[10] = ip.bytes[11] = 0xff;
  for (int i = 0; i < 4; ++i) {
    ip.bytes[static_cast<size_t>(12 + i)] =
        static_cast<uint8_t>(from.address >> (24 - 8 * i));
  }
  event->SetIp(FieldId::kSourceIp, ip);
  event->SetText(FieldId::kApp, "com.example.payments.Gateway");
  event->SetText(FieldId::kAppType, "Java");
  if (from.queue != CompactEvent::kNoQueue) {
    event->SetText(FieldId::kObject, queues_[from.queue]);
    event->SetInt(FieldId::kObjectType, EnumCode(EnumType::kObjectType, "queue"));
  }
}

void Corpus::AppendNdjson(size_t first, size_t last, std::string* out) const {
  Event event;
  for (size_t i = first; i < last; ++i) {
    Fill(events_[i], &event);
    AppendEventJson(event, out);
    out->push_back('\n');
  }
}

}  // namespace mqwarden::benchmarks
