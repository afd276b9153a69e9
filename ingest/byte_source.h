// Files, folders and standard input as plain bytes: gzip and zstd are recognised
// by their first bytes and undone on the way.
//
// A compressed file that is damaged or cut off is delivered as far as it can be
// read, and the damage is told. Members of gzip and frames of zstd may follow
// one another. A bomb, which grows more than kMaxExpansion times beyond
// kBombBytes, counts as damage.
#ifndef MQWARDEN_INGEST_BYTE_SOURCE_H_
#define MQWARDEN_INGEST_BYTE_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mqwarden {

inline constexpr int64_t kMaxExpansion = 1000;
inline constexpr int64_t kBombBytes = 64 << 20;

// Where and why a compressed file could not be read on.
struct InputDamage {
  std::string what;    // "gzip data ends too soon"
  int64_t offset = 0;  // in the compressed file
};

// Plain, gzip or zstd bytes in, plain bytes out. What comes out depends on the
// bytes alone, not on how they were cut. Thread-compatible.
class ByteDecoder final {
 public:
  using Sink = std::function<void(std::string_view)>;

  explicit ByteDecoder(Sink sink);
  ~ByteDecoder();
  ByteDecoder(const ByteDecoder&) = delete;
  ByteDecoder& operator=(const ByteDecoder&) = delete;

  // After damage it takes bytes and does nothing.
  void Feed(std::string_view bytes);
  void Finish();
  const std::optional<InputDamage>& damage() const { return damage_; }
  // Whether the bytes are known to come as they are: what follows need not be fed.
  bool is_plain() const { return form_ == Form::kPlain; }

 private:
  class Codec;
  class GzipCodec;
  class ZstdCodec;
  enum class Form : uint8_t { kUnknown, kPlain, kCompressed };

  void Recognise(bool finished);
  void Damage(std::string_view what);
  bool Deliver(std::string_view bytes);

  const Sink sink_;
  Form form_ = Form::kUnknown;
  std::string head_;
  std::unique_ptr<Codec> codec_;
  std::optional<InputDamage> damage_;
  int64_t bytes_in_ = 0;
  int64_t bytes_out_ = 0;
};

// Reads all of `path`, or of standard input where it is `-`, into `sink`. Fails
// with the path and the system's reason; what was read before has been passed
// on. Damage inside of the file is no failure and goes to `*damage`.
absl::Status ReadBytes(const std::string& path, const ByteDecoder::Sink& sink,
                       std::optional<InputDamage>* damage);

// The files that `path` stands for: itself, or the regular files below it when
// it is a folder, sorted by path, without those whose name, or whose folder's
// name, begins with a dot. `-` stands for itself.
absl::StatusOr<std::vector<std::string>> ListInputFiles(
    const std::string& path);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_BYTE_SOURCE_H_
