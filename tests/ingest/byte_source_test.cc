#include "mqwarden/ingest/byte_source.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/ingest/event_stream.h"

namespace mqwarden {
namespace {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const size_t size =
      ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

struct Decoded {
  std::string bytes;
  std::optional<InputDamage> damage;
};

Decoded Decode(std::string_view bytes, size_t chunk = 0) {
  Decoded decoded;
  ByteDecoder decoder([&](std::string_view out) { decoded.bytes += out; });
  if (chunk == 0) chunk = std::max<size_t>(bytes.size(), 1);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
    decoder.Feed(bytes.substr(0, chunk));
  }
  decoder.Finish();
  decoded.damage = decoder.damage();
  return decoded;
}

// Text that does not compress to nothing.
std::string Lines(int count) {
  std::string out;
  unsigned state = 1;
  for (int i = 0; i < count; ++i) {
    state = state * 1103515245u + 12345u;
    out += "line " + std::to_string(i) + " " + std::to_string(state) + "\n";
  }
  return out;
}

TEST(ByteDecoderTest, EveryFormComesOutAsItWentIn) {
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("\x1F\x8A"), Lines(3),
        Lines(50000)}) {
    for (const std::string& bytes : {text, Gzip(text), Zstd(text)}) {
      for (const size_t chunk : {size_t{0}, size_t{1}, size_t{1000}}) {
        if (chunk == 1 && bytes.size() > 10000) continue;
        const Decoded decoded = Decode(bytes, chunk);
        EXPECT_EQ(decoded.bytes, text);
        EXPECT_FALSE(decoded.damage.has_value());
      }
    }
  }
}

TEST(ByteDecoderTest, MembersAndFramesFollowOneAnother) {
  const std::string a = Lines(100);
  const std::string b = Lines(7);
  const std::string skippable("\x51\x2A\x4D\x18\x03\x00\x00\x00xyz", 11);
  for (const std::string& bytes :
       {Gzip(a) + Gzip(b), Gzip(a) + Gzip("") + Gzip(b),
        Gzip(a) + Gzip(b) + std::string(512, '\0'), Zstd(a) + Zstd(b),
        skippable + Zstd(a) + skippable + Zstd(b)}) {
    for (const size_t chunk : {0, 1}) {
      const Decoded decoded = Decode(bytes, chunk);
      EXPECT_EQ(decoded.bytes, a + b);
      EXPECT_FALSE(decoded.damage.has_value());
    }
  }
}

// The output ends exactly where a buffer does.
TEST(ByteDecoderTest, FullBuffersAreNoDamage) {
  for (const size_t size : {256 * 1024 - 1, 256 * 1024, 512 * 1024}) {
    const std::string text = Lines(60000).substr(0, size);
    ASSERT_EQ(text.size(), size);
    EXPECT_EQ(Decode(Gzip(text)).bytes, text);
    EXPECT_FALSE(Decode(Gzip(text)).damage.has_value());
    EXPECT_EQ(Decode(Zstd(text)).bytes, text);
    EXPECT_FALSE(Decode(Zstd(text)).damage.has_value());
  }
}

TEST(ByteDecoderTest, WhatIsCutOffIsReadAsFarAsItGoes) {
  const std::string text = Lines(20000);
  for (const std::string& bytes : {Gzip(text), Zstd(text)}) {
    size_t longest = 0;
    for (size_t size = 4; size < bytes.size(); size += 4999) {
      const Decoded decoded = Decode(std::string_view(bytes).substr(0, size));
      ASSERT_TRUE(decoded.damage.has_value()) << size;
      EXPECT_TRUE(decoded.damage->what.ends_with(" data ends too soon"));
      EXPECT_EQ(decoded.damage->offset, static_cast<int64_t>(size));
      EXPECT_TRUE(text.starts_with(decoded.bytes));
      longest = std::max(longest, decoded.bytes.size());
    }
    EXPECT_GT(longest, 0u);
  }
}

TEST(ByteDecoderTest, DamageIsToldAndWhatStandsBeforeItIsRead) {
  const std::string text = Lines(100000);
  for (std::string bytes : {Gzip(text), Zstd(text)}) {
    const size_t middle = bytes.size() / 2;
    for (size_t i = 0; i < 64; ++i) bytes[middle + i] ^= 0x5A;
    const Decoded decoded = Decode(bytes);
    ASSERT_TRUE(decoded.damage.has_value());
    EXPECT_TRUE(decoded.damage->what.ends_with(" data is damaged"));
    EXPECT_GT(decoded.bytes.size(), text.size() / 4);
    for (const size_t chunk : {1000, 65536}) {
      EXPECT_EQ(Decode(bytes, chunk).bytes, decoded.bytes) << chunk;
    }
  }
}

TEST(ByteDecoderTest, ABombIsStopped) {
  // Zeros twice over: far more than a thousand times.
  const std::string zeros(size_t{100} << 20, '\0');
  const std::string bomb = Zstd(zeros);
  ASSERT_LT(bomb.size() * 2000, zeros.size());
  const Decoded decoded = Decode(bomb);
  ASSERT_TRUE(decoded.damage.has_value());
  EXPECT_EQ(decoded.damage->what, "zstd data grows more than 1000 times");
  EXPECT_EQ(decoded.bytes.size(), static_cast<size_t>(kBombBytes));
  EXPECT_EQ(Decode(bomb, 100).bytes.size(), decoded.bytes.size());
}

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    const char* const folder = std::getenv("TEST_TMPDIR");
    folder_ = std::string(folder == nullptr ? "/tmp" : folder) + "/" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  std::string Write(const std::string& name, std::string_view bytes) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::string folder_;
};

TEST_F(FilesTest, AFolderIsItsFilesInOrder) {
  Write("b.json", "x");
  Write("a/z.json", "x");
  Write("a/.hidden", "x");
  Write(".git/c.json", "x");
  Write("c.json.gz", "x");
  const auto files = ListInputFiles(folder_);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(*files, (std::vector<std::string>{folder_ + "/a/z.json",
                                              folder_ + "/b.json",
                                              folder_ + "/c.json.gz"}));
  EXPECT_EQ(*ListInputFiles(folder_ + "/b.json"),
            std::vector<std::string>{folder_ + "/b.json"});
  EXPECT_EQ(*ListInputFiles("-"), std::vector<std::string>{"-"});
}

TEST_F(FilesTest, WhatCannotBeReadIsAnErrorWithItsPath) {
  const std::string missing = folder_ + "/missing";
  std::optional<InputDamage> damage;
  const auto sink = [](std::string_view) {};
  EXPECT_EQ(ReadBytes(missing, sink, &damage).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(ListInputFiles(missing).status().code(), absl::StatusCode::kNotFound);
  const absl::Status folder = ReadBytes(folder_, sink, &damage);
  EXPECT_EQ(folder.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(folder.ToString().find(folder_), std::string::npos);
}

TEST_F(FilesTest, EventsOfACompressedFileAreRead) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += R"({"kind":"diag","app":"a)" + std::to_string(i) + "\"}\n";
  }
  const std::string plain = Write("plain", text);
  const std::string gzip = Write("gzip", Gzip(text));
  const std::string zstd = Write("zstd", Zstd(text));
  const std::string cut =
      Write("cut", std::string_view(Gzip(text)).substr(0, 2000));
  for (const std::string& path : {plain, gzip, zstd, cut}) {
    IngestStats stats;
    int events = 0;
    const absl::Status status =
        ReadInput(path, {}, [&](Event&) { ++events; }, &stats);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(stats.events, events);
    if (path != cut) {
      EXPECT_EQ(events, 1000) << path;
      EXPECT_FALSE(stats.damage.has_value());
      EXPECT_EQ(stats.bytes, static_cast<int64_t>(text.size()));
    } else {
      EXPECT_GT(events, 100);
      EXPECT_LT(events, 1000);
      ASSERT_TRUE(stats.damage.has_value());
      EXPECT_EQ(stats.damage->what, "gzip data ends too soon");
    }
  }
}

}  // namespace
}  // namespace mqwarden
