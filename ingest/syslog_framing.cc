#include "mqwarden/ingest/syslog_framing.h"

#include <algorithm>

namespace mqwarden {
namespace {

constexpr size_t kMaxDigits = 7;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool SyslogUnframer::IsFramed(std::string_view head) {
  size_t at = 0;
  while (at < head.size() && at < kMaxDigits && IsDigit(head[at])) ++at;
  return at > 0 && head[0] != '0' && head.substr(at).starts_with(" <");
}

// What seemed to be a length begins a line.
void SyslogUnframer::GiveUpFrame(std::string* lines) {
  *lines += count_;
  count_.clear();
  state_ = State::kLine;
}

void SyslogUnframer::Append(std::string_view bytes, std::string* lines) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    switch (state_) {
      case State::kCount:
        if (IsDigit(c) && count_.size() < kMaxDigits &&
            !(count_.empty() && c == '0')) {
          count_ += c;
          bytes.remove_prefix(1);
        } else if (c == ' ' && !count_.empty()) {
          left_ = 0;
          for (const char digit : count_) {
            left_ = left_ * 10 + static_cast<size_t>(digit - '0');
          }
          count_ += c;
          bytes.remove_prefix(1);
          if (left_ > kMaxFrameBytes) {
            GiveUpFrame(lines);
          } else {
            state_ = State::kFirst;
          }
        } else if (count_.empty() && (c == '\n' || c == '\r' || c == 0)) {
          bytes.remove_prefix(1);  // behind a message that was framed
        } else {
          GiveUpFrame(lines);
        }
        break;
      case State::kFirst:
        if (c == '<') {
          count_.clear();
          state_ = State::kMessage;
        } else {
          GiveUpFrame(lines);
        }
        break;
      case State::kMessage: {
        const size_t size = std::min(left_, bytes.size());
        const size_t start = lines->size();
        lines->append(bytes.substr(0, size));
        for (size_t i = start; i < lines->size(); ++i) {
          char& byte = (*lines)[i];
          if (byte == '\n' || byte == '\r' || byte == 0) byte = ' ';
        }
        bytes.remove_prefix(size);
        left_ -= size;
        if (left_ == 0) {
          *lines += '\n';
          state_ = State::kCount;
        }
        break;
      }
      case State::kLine: {
        const size_t end = bytes.find('\n');
        lines->append(bytes.substr(0, end));
        if (end == bytes.npos) return;
        *lines += '\n';
        bytes.remove_prefix(end + 1);
        state_ = State::kCount;
        break;
      }
    }
  }
}

void SyslogUnframer::Finish(std::string* lines) {
  if (!count_.empty()) GiveUpFrame(lines);
  if (state_ == State::kMessage) *lines += '\n';
  state_ = State::kCount;
}

void SyslogUnframer::Save(ByteWriter* out) const {
  out->U8(static_cast<uint8_t>(state_));
  out->Text(count_);
  out->Varint(left_);
}

void SyslogUnframer::Load(ByteReader* in) {
  const uint8_t state = in->U8();
  count_ = in->Text();
  left_ = in->Varint();
  if (state > static_cast<uint8_t>(State::kLine) ||
      count_.size() > kMaxDigits + 1 || left_ > kMaxFrameBytes) {
    return in->Fail();
  }
  state_ = static_cast<State>(state);
}

}  // namespace mqwarden
