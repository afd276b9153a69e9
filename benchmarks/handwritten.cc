#include "mqwarden/benchmarks/handwritten.h"

#include <string>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden::benchmarks {
namespace {

constexpr uint8_t Number(int64_t code) { return static_cast<uint8_t>(code); }
constexpr uint8_t kAuthn = Number(EnumCode(EnumType::kKind, "authn"));
constexpr uint8_t kAuthz = Number(EnumCode(EnumType::kKind, "authz"));
constexpr uint8_t kChannel = Number(EnumCode(EnumType::kKind, "channel"));
constexpr uint8_t kSession = Number(EnumCode(EnumType::kKind, "session"));
constexpr uint8_t kConnect = Number(EnumCode(EnumType::kAction, "connect"));
constexpr uint8_t kBlock = Number(EnumCode(EnumType::kAction, "block"));
constexpr uint8_t kSuccess = Number(EnumCode(EnumType::kOutcome, "success"));
constexpr uint8_t kSvrconn = Number(EnumCode(EnumType::kChannelType, "svrconn"));

std::vector<uint8_t> ProductionSenders(const std::vector<std::string>& channels) {
  std::vector<uint8_t> is_sender;
  for (const std::string& channel : channels) {
    is_sender.push_back(channel.starts_with("PROD.") && channel.ends_with(".SDR"));
  }
  return is_sender;
}

}  // namespace

HandwrittenRules::HandwrittenRules(const Corpus& corpus)
    : is_production_sender_(ProductionSenders(corpus.channels())) {}

void HandwrittenRules::Process(const CompactEvent& event) {
  int rule;
  if (event.kind == kChannel) {
    if (event.action != kBlock || !is_production_sender_[event.channel]) return;
    rule = 1;
  } else if (event.kind == kAuthz || event.kind == kAuthn) {
    if (event.reason == 2035) {
      if (event.channel_type != kSvrconn || event.lab != 0) return;
      if (!brute_force_.Add(event.address, event.time)) return;
      rule = 0;
    } else {
      if (event.user >= kBreakGlassUsers || event.action != kConnect ||
          event.outcome != kSuccess) {
        return;
      }
      rule = 2;
    }
  } else if (event.kind == kSession) {
    if (event.user >= kBreakGlassUsers || event.action != kConnect ||
        event.outcome != kSuccess) {
      return;
    }
    rule = 2;
  } else {
    return;
  }
  if (event.lab != 0) return;
  if (limits_[static_cast<size_t>(rule)].Pass(event.user, event.time)) {
    answer_.Add(rule, event.time);
  }
}

}  // namespace mqwarden::benchmarks
