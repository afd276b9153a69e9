#include "mqwarden/ingest/text_front.h"

namespace mqwarden {

// In EBCDIC letters and digits stand above 0x80, where ASCII has nothing.
bool TextFront::NeedsMore(std::string_view head) {
  if (head.size() >= kEbcdicHeadBytes) return false;
  size_t letters = 0;
  for (const char c : head) letters += static_cast<unsigned char>(c) >= 0x80;
  return 2 * letters >= head.size();
}

void TextFront::Start(std::string_view head, bool may_be_syslog,
                      int32_t ebcdic_ccsid) {
  std::string decoded;
  if (IsEbcdicText(head)) {
    ebcdic_ = std::make_unique<const EbcdicText>(
        ebcdic_ccsid > 0 ? ebcdic_ccsid : EbcdicSetOf(head));
    ebcdic_->Append(head, &decoded);
    head = decoded;
  }
  is_framed_ = may_be_syslog &&
               SyslogUnframer::IsFramed(head.substr(0, kHeadBytes));
}

std::string_view TextFront::Convert(std::string_view bytes) {
  if (ebcdic_ != nullptr) {
    decoded_.clear();
    ebcdic_->Append(bytes, &decoded_);
    bytes = decoded_;
  }
  if (!is_framed_) return bytes;
  lines_.clear();
  unframer_.Append(bytes, &lines_);
  return lines_;
}

std::string_view TextFront::Finish() {
  lines_.clear();
  if (is_framed_) unframer_.Finish(&lines_);
  return lines_;
}

}  // namespace mqwarden
