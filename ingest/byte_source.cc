#include "mqwarden/ingest/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mqwarden {
namespace {

constexpr size_t kReadBytes = 256 * 1024;
constexpr size_t kOutputBytes = 256 * 1024;
constexpr size_t kHeadBytes = 4;

constexpr std::string_view kGzipMagic = "\x1F\x8B";
constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
// 0x184D2A50 to 0x184D2A5F, little-endian.
constexpr std::string_view kSkippableMagic = "\x2A\x4D\x18";

// Compressed bytes are taken up to the next multiple of this.
constexpr int64_t kStepBytes = 16 * 1024;

// The end of the step that begins at, or has begun before, `offset`.
int64_t StepEnd(int64_t offset) {
  return (offset / kStepBytes + 1) * kStepBytes;
}

bool BeginsZstd(std::string_view head) {
  return head.starts_with(kZstdMagic) ||
         (head.size() >= kHeadBytes && (head[0] & 0xF0) == 0x50 &&
          head.substr(1, 3) == kSkippableMagic);
}

absl::Status SystemError(const std::string& path, int error) {
  const std::string message =
      path + ": " + std::error_code(error, std::generic_category()).message();
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    case EISDIR:
      return absl::InvalidArgumentError(message);
    default:
      return absl::UnavailableError(message);
  }
}

}  // namespace

// Takes compressed bytes and puts out plain ones.
class ByteDecoder::Codec {
 public:
  enum class Step : uint8_t { kMore, kStopped, kDamaged };

  virtual ~Codec() = default;
  // Moves `*bytes` behind what it took. kMore: call again while bytes are left.
  // kStopped: the output was refused.
  virtual Step Take(std::string_view* bytes, ByteDecoder* decoder) = 0;
  // Whether the data may end here.
  virtual bool AtEnd() const = 0;
  virtual std::string_view name() const = 0;
};

class ByteDecoder::GzipCodec final : public Codec {
 public:
  GzipCodec() : output_(kOutputBytes, '\0') {
    // 15: the largest window; 16: a gzip header.
    ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK;
  }
  ~GzipCodec() override {
    if (ready_) inflateEnd(&stream_);
  }

  Step Take(std::string_view* bytes, ByteDecoder* decoder) override {
    if (!ready_) return Step::kDamaged;
    if (at_end_) {
      // Another member, or zeros that fill up a block.
      while (bytes->starts_with('\0')) bytes->remove_prefix(1);
      if (bytes->empty()) return Step::kMore;
      if (inflateReset(&stream_) != Z_OK) return Step::kDamaged;
      at_end_ = false;
    }
    int result = Z_OK;
    do {
      stream_.next_in =
          reinterpret_cast<Bytef*>(const_cast<char*>(bytes->data()));
      stream_.avail_in = static_cast<uInt>(bytes->size());
      stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
      stream_.avail_out = static_cast<uInt>(output_.size());
      result = inflate(&stream_, Z_NO_FLUSH);
      bytes->remove_prefix(bytes->size() - stream_.avail_in);
      const size_t size = output_.size() - stream_.avail_out;
      if (size > 0 && !decoder->Deliver({output_.data(), size})) {
        return Step::kStopped;
      }
    } while (result == Z_OK && stream_.avail_out == 0);
    at_end_ = result == Z_STREAM_END;
    // Z_BUF_ERROR only says that there is no more input.
    const bool fine =
        result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
    return fine ? Step::kMore : Step::kDamaged;
  }

  bool AtEnd() const override { return at_end_; }
  std::string_view name() const override { return "gzip"; }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool at_end_ = false;  // of a member
  std::string output_;
};

class ByteDecoder::ZstdCodec final : public Codec {
 public:
  ZstdCodec()
      : context_(ZSTD_createDCtx()), output_(kOutputBytes, '\0') {}
  ~ZstdCodec() override { ZSTD_freeDCtx(context_); }

  Step Take(std::string_view* bytes, ByteDecoder* decoder) override {
    if (context_ == nullptr) return Step::kDamaged;
    ZSTD_inBuffer in{bytes->data(), bytes->size(), 0};
    ZSTD_outBuffer out{};
    do {
      out = {output_.data(), output_.size(), 0};
      hint_ = ZSTD_decompressStream(context_, &out, &in);
      if (out.pos > 0 && !decoder->Deliver({output_.data(), out.pos})) {
        return Step::kStopped;
      }
      if (ZSTD_isError(hint_)) {
        bytes->remove_prefix(in.pos);
        return Step::kDamaged;
      }
    } while (in.pos < in.size || (out.pos == out.size && hint_ != 0));
    bytes->remove_prefix(in.pos);
    return Step::kMore;
  }

  bool AtEnd() const override { return hint_ == 0; }
  std::string_view name() const override { return "zstd"; }

 private:
  ZSTD_DCtx* const context_;
  size_t hint_ = 1;  // 0: at the end of a frame
  std::string output_;
};

ByteDecoder::ByteDecoder(Sink sink) : sink_(std::move(sink)) {}

ByteDecoder::~ByteDecoder() = default;

void ByteDecoder::Feed(std::string_view bytes) {
  if (damage_.has_value()) return;
  std::string joined;
  if (form_ == Form::kUnknown) {
    head_ += bytes;
    Recognise(/*finished=*/false);
    if (form_ == Form::kUnknown) return;
    joined = std::move(head_);
    bytes = joined;
  }
  if (form_ == Form::kPlain) {
    if (!bytes.empty()) sink_(bytes);
    return;
  }
  while (!bytes.empty() && !damage_.has_value()) {
    // In aligned steps, so that a bomb is found while it goes off, and at the
    // same byte however the input was cut.
    std::string_view left =
        bytes.substr(0, StepEnd(bytes_in_) - bytes_in_);
    const size_t step = left.size();
    const Codec::Step result = codec_->Take(&left, this);
    bytes_in_ += static_cast<int64_t>(step - left.size());
    bytes.remove_prefix(step - left.size());
    if (result == Codec::Step::kDamaged) Damage(" data is damaged");
    if (result == Codec::Step::kStopped) {
      Damage(" data grows more than 1000 times");
    }
  }
}

void ByteDecoder::Finish() {
  if (form_ == Form::kUnknown) {
    Recognise(/*finished=*/true);
    const std::string head = std::move(head_);
    Feed(head);
  }
  if (form_ == Form::kCompressed && !damage_.has_value() && !codec_->AtEnd()) {
    Damage(" data ends too soon");
  }
}

void ByteDecoder::Recognise(bool finished) {
  if (head_.size() < kHeadBytes && !finished) return;
  form_ = Form::kCompressed;
  if (head_.starts_with(kGzipMagic)) {
    codec_ = std::make_unique<GzipCodec>();
  } else if (BeginsZstd(head_)) {
    codec_ = std::make_unique<ZstdCodec>();
  } else {
    form_ = Form::kPlain;
  }
}

void ByteDecoder::Damage(std::string_view what) {
  std::string text(codec_->name());
  text += what;
  damage_ = InputDamage{std::move(text), bytes_in_};
}

// Passes on what is no bomb; false when that is not all.
bool ByteDecoder::Deliver(std::string_view bytes) {
  const int64_t limit =
      std::max(kBombBytes, kMaxExpansion * StepEnd(bytes_in_));
  const auto allowed = static_cast<size_t>(limit - bytes_out_);
  const std::string_view part = bytes.substr(0, allowed);
  bytes_out_ += static_cast<int64_t>(part.size());
  sink_(part);
  return part.size() == bytes.size();
}

absl::Status ReadBytes(const std::string& path, const ByteDecoder::Sink& sink,
                       std::optional<InputDamage>* damage) {
  int file = STDIN_FILENO;
  if (path != "-") {
    file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return SystemError(path, errno);
  }
  ByteDecoder decoder(sink);
  std::string buffer(kReadBytes, '\0');
  absl::Status status;
  for (;;) {
    const ssize_t size = read(file, buffer.data(), buffer.size());
    if (size > 0) {
      decoder.Feed({buffer.data(), static_cast<size_t>(size)});
    } else if (size == 0) {
      break;
    } else if (errno != EINTR) {
      status = SystemError(path, errno);
      break;
    }
  }
  if (path != "-") close(file);
  if (status.ok()) decoder.Finish();
  *damage = decoder.damage();
  return status;
}

absl::StatusOr<std::vector<std::string>> ListInputFiles(
    const std::string& path) {
  namespace fs = std::filesystem;
  if (path == "-") return std::vector<std::string>{path};
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) {
    return SystemError(path, error ? error.value() : ENOENT);
  }
  if (!fs::is_directory(status)) return std::vector<std::string>{path};

  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(path, error);
  for (; !error && entry != fs::recursive_directory_iterator();
       entry.increment(error)) {
    const bool hidden = entry->path().filename().native().starts_with('.');
    std::error_code unreadable;
    if (hidden) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(unreadable)) {
      files.push_back(entry->path().native());
    }
  }
  if (error) return SystemError(path, error.value());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace mqwarden
