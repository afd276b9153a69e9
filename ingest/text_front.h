// What is undone before a stream of text is cut into records: EBCDIC, and lengths
// that frame messages of syslog. Decided once, by the first bytes.
//
// Stands between the decompressed bytes and RecordSplitter.
#ifndef MQWARDEN_INGEST_TEXT_FRONT_H_
#define MQWARDEN_INGEST_TEXT_FRONT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mqwarden/ingest/ebcdic.h"
#include "mqwarden/ingest/syslog_framing.h"

namespace mqwarden {

// Thread-compatible. What comes out depends on the bytes alone, never on how they
// were cut.
class TextFront final {
 public:
  // As much of a stream as Start() wants to see. Text in EBCDIC is judged by more.
  static constexpr size_t kHeadBytes = SyslogUnframer::kHeadBytes;
  static bool NeedsMore(std::string_view head);

  // Looks at the first bytes of the stream, which are given to Convert() as well.
  // Lengths are looked for only where the stream may be syslog. `ebcdic_ccsid` is
  // the set of text in EBCDIC; 0: by inspection.
  void Start(std::string_view head, bool may_be_syslog, int32_t ebcdic_ccsid);
  // The text of the next bytes; good until the next call. It is `bytes` itself
  // where nothing has to be undone.
  std::string_view Convert(std::string_view bytes);
  // After Start(): whether nothing has to be undone.
  bool is_identity() const { return ebcdic_ == nullptr && !is_framed_; }
  // What was held back at the end of the stream.
  std::string_view Finish();

 private:
  std::unique_ptr<const EbcdicText> ebcdic_;  // null where it is none
  bool is_framed_ = false;
  SyslogUnframer unframer_;
  std::string decoded_;
  std::string lines_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_TEXT_FRONT_H_
