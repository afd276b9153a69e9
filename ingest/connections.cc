#include "mqwarden/ingest/connections.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace mqwarden {
namespace {

constexpr int64_t kConnect = EnumCode(EnumType::kAction, "connect");
constexpr int64_t kDisconnect = EnumCode(EnumType::kAction, "disconnect");

bool IsKind(const Event& event, Kind kind) {
  return event.Has(FieldId::kKind) &&
         event.Int(FieldId::kKind) == static_cast<int64_t>(kind);
}

bool IsAction(const Event& event, int64_t action) {
  return event.Has(FieldId::kAction) && event.Int(FieldId::kAction) == action;
}

bool IsOpener(const Event& event) {
  return IsAction(event, kConnect) &&
         (IsKind(event, Kind::kSession) || IsKind(event, Kind::kAuthn) ||
          IsKind(event, Kind::kAuthz));
}

}  // namespace

Connections::Connections(const ConnectionsOptions& options)
    : options_{options.enabled, std::max<size_t>(options.max_connections, 1),
               options.max_age} {}

void Connections::Process(Event* event) {
  if (!options_.enabled || !event->infers_channel_type() || !SetKey(*event)) {
    return;
  }
  const Time now = event->time();
  Forget(now);
  auto found = connections_.find(key_);
  if (IsOpener(*event)) {
    const bool goes_on =
        found != connections_.end() && found->second.is_opening &&
        IsKind(*event, Kind::kAuthz) &&
        now <= SaturatingAdd(found->second.opened, kOpening) &&
        (!event->Has(FieldId::kUser) || found->second.texts.back().empty() ||
         EqualsIgnoreAsciiCase(event->Text(FieldId::kUser),
                               found->second.texts.back()));
    if (!goes_on) {
      if (found == connections_.end()) {
        found = connections_.try_emplace(key_).first;
      } else {
        ages_.erase(found->second.number);
      }
      ++stats_.opened;
      found->second = Connection();
      found->second.opened = now;
      found->second.number = next_number_++;
      found->second.is_opening = IsKind(*event, Kind::kAuthn);
      ages_.emplace(found->second.number, key_);
      Learn(*event, &found->second);
      return Forget(now);
    }
    Complete(found->second, event);
    Learn(*event, &found->second);
    found->second.is_opening = false;
    return;
  }
  if (found == connections_.end()) return;
  Complete(found->second, event);
  found->second.is_opening = false;
  if (!IsAction(*event, kDisconnect)) return;
  ages_.erase(found->second.number);
  connections_.erase(found);
}

// False for an event that is of no connection.
bool Connections::SetKey(const Event& event) {
  if (!event.Has(FieldId::kQmgr) || !event.Has(FieldId::kCorrelation)) {
    return false;
  }
  key_.clear();
  AppendAsciiLower(event.Text(FieldId::kQmgr), &key_);
  key_.push_back('\0');
  key_ += event.Text(FieldId::kCorrelation);
  return true;
}

// Gives up what is too old, and the oldest where there are too many.
void Connections::Forget(Time now) {
  while (!ages_.empty()) {
    const auto found = connections_.find(ages_.begin()->second);
    const bool is_old =
        now > SaturatingAdd(found->second.opened, options_.max_age);
    if (!is_old && ages_.size() <= options_.max_connections) return;
    if (!is_old) ++stats_.given_up;
    connections_.erase(found);
    ages_.erase(ages_.begin());
  }
}

void Connections::Learn(const Event& event, Connection* connection) {
  for (size_t i = 0; i < kTexts.size(); ++i) {
    if (!connection->texts[i].empty() || !event.Has(kTexts[i])) continue;
    connection->texts[i] = event.Text(kTexts[i]);
    if (kTexts[i] == FieldId::kUser) {
      connection->user_truncated = event.Has(FieldId::kUserTruncated);
    }
  }
  if (!connection->has_ip && event.Has(FieldId::kSourceIp)) {
    connection->has_ip = true;
    connection->ip = event.Ip(FieldId::kSourceIp);
  }
}

void Connections::Complete(const Connection& connection, Event* event) {
  bool took = false;
  for (size_t i = 0; i < kTexts.size(); ++i) {
    if (connection.texts[i].empty() || event->Has(kTexts[i])) continue;
    took = true;
    event->CopyText(kTexts[i], connection.texts[i]);
    if (kTexts[i] == FieldId::kUser && connection.user_truncated) {
      event->SetInt(FieldId::kUserTruncated, 1);
    }
  }
  if (connection.has_ip && !event->Has(FieldId::kSourceIp) &&
      !event->Has(FieldId::kTargetIp)) {
    took = true;
    event->SetIp(FieldId::kSourceIp, connection.ip);
  }
  if (took) ++stats_.completed;
}

void Connections::Save(ByteWriter* out) const {
  out->I64(next_number_);
  for (const int64_t count :
       {stats_.opened, stats_.completed, stats_.given_up}) {
    out->I64(count);
  }
  out->Varint(ages_.size());
  for (const auto& [number, key] : ages_) {
    const Connection& connection = connections_.find(key)->second;
    out->I64(number);
    out->Text(key);
    out->I64(connection.opened.time_since_epoch().count());
    out->U8(static_cast<uint8_t>((connection.is_opening ? 1 : 0) |
                                 (connection.user_truncated ? 2 : 0) |
                                 (connection.has_ip ? 4 : 0)));
    if (connection.has_ip) {
      out->Raw({reinterpret_cast<const char*>(connection.ip.bytes.data()),
                connection.ip.bytes.size()});
    }
    for (const std::string& text : connection.texts) out->Text(text);
  }
}

void Connections::Load(ByteReader* in) {
  connections_.clear();
  ages_.clear();
  next_number_ = in->I64();
  for (int64_t* const count :
       {&stats_.opened, &stats_.completed, &stats_.given_up}) {
    *count = in->I64();
  }
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    const int64_t number = in->I64();
    const std::string key(in->Text());
    Connection connection;
    connection.number = number;
    connection.opened = Time(Duration(in->I64()));
    const uint8_t flags = in->U8();
    connection.is_opening = (flags & 1) != 0;
    connection.user_truncated = (flags & 2) != 0;
    connection.has_ip = (flags & 4) != 0;
    if (connection.has_ip) {
      const std::string_view ip = in->Raw(connection.ip.bytes.size());
      std::copy(ip.begin(), ip.end(), connection.ip.bytes.begin());
    }
    for (std::string& text : connection.texts) text = in->Text();
    if (flags > 7 || !connections_.emplace(key, std::move(connection)).second ||
        !ages_.emplace(number, key).second) {
      return in->Fail();
    }
  }
}

}  // namespace mqwarden
