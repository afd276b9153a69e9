// Writes the corpus of the PCF fuzzer into the folder that is its argument: one
// file per thing that a decoder has to get over.

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

// The first byte of an input, as pcf_fuzzer.cc reads it.
std::string Auto(int chunk) { return std::string(1, static_cast<char>(chunk << 2)); }
std::string Forced(int chunk) { return std::string(1, static_cast<char>(chunk << 2 | 1)); }
std::string Unload(int chunk) { return std::string(1, static_cast<char>(chunk << 2 | 2)); }
std::string Decoder(int set) { return std::string(1, static_cast<char>(set << 2 | 3)); }

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 0xF];
  }
  return hex;
}

const PcfEventCase& Case(std::string_view name) {
  for (const PcfEventCase& c : PcfEventCases()) {
    if (c.name == name) return c;
  }
  return PcfEventCases().front();
}

std::string EveryStruct(ByteOrder order) {
  PcfWriter w({7, 99, 2413, 1, 0, 3}, order);
  w.Int(1, 6)
      .String(3025, "nina", 12)
      .IntList(1115, {1, 2})
      .StringList(2020, 8, {"A", "B"})
      .Bytes(7038, "\x01\x02\x03")
      .Int64(15, 1)
      .Int64List(1002, {1009, 2})
      .BeginGroup(8002)
      .IntFilter(3, 4, 0)
      .StringFilter(2016, 18, "A*")
      .BytesFilter(7038, 2, "\xAB")
      .EndGroup()
      .Struct(99, 4711, "unknown")
      .Int(1013, 0x10009528);
  return w.Build();
}

void WriteAll(const std::string& folder) {
  const auto write = [&folder](std::string_view name, std::string_view bytes) {
    std::ofstream(folder + "/" + std::string(name), std::ios::binary) << bytes;
  };
  const std::string little = EveryStruct(ByteOrder::kLittle);
  const std::string big = EveryStruct(ByteOrder::kBig);
  const std::string connect = Case("NotAuthorizedConnect").Message();
  const std::string change = Case("ChangeQueueAfter").Message(ByteOrder::kBig);
  const std::string command = Case("CommandSetsAuthority").Body();

  write("decoder_every_struct_little", Decoder(0) + little);
  write("decoder_every_struct_big", Decoder(1) + big);
  write("decoder_mqmd", Decoder(2) + connect);
  write("decoder_mqmd_big", Decoder(3) + change);
  write("decoder_eph", Decoder(0) + PcfWriter().Int(1, 6).BuildEph());
  write("decoder_command", Decoder(0) + command);
  write("decoder_ebcdic",
        Decoder(4) + PcfWriter({}, ByteOrder::kBig)
                         .set_blank('\x40')
                         .String(3025, "\xD5\xC9\xD5\xC1\xBA\xF1\xBB", 12, 0)
                         .String(3024, "\xC1\x0E\x43\x41\x0F", 28, 930)
                         .Build());
  write("decoder_utf16", Decoder(11) + PcfWriter()
                                           .String(3025, "n\0i\0n\0a", 8, 1202)
                                           .String(2016, "", 48, 1200)
                                           .Build());
  PcfWriter nested;
  for (int i = 0; i < 9; ++i) nested.BeginGroup(8002);
  nested.Int(1, 6);
  for (int i = 0; i < 9; ++i) nested.EndGroup();
  write("decoder_nested", Decoder(0) + nested.Build());
  write("decoder_truncated", Decoder(0) + little.substr(0, 150));

  write("stream_bodies", Auto(6) + little + big + command);
  write("stream_mqmd", Auto(60) + connect + change + connect);
  write("stream_separators",
        Auto(1) + big + "\n" + little + std::string(3, '\0') + command);
  write("stream_truncated", Auto(9) + connect.substr(0, 450) + change + big);
  write("stream_swallowed", Auto(9) + command.substr(0, 70) + command);
  write("stream_garbage", Auto(5) + little + "garbage" + big + "MD  ");
  write("stream_forced_cut_front", Forced(8) + connect.substr(90) + change);
  write("stream_forced_text", Forced(8) + "no messages here\n{}\n");
  std::string long_count = little;
  long_count[33] = '\x7F';
  write("stream_count", Auto(7) + long_count + big);
  std::string long_size = big;
  long_size[41] = '\x01';
  write("stream_length", Auto(7) + long_size + little);
  write("stream_eph",
        Auto(3) + PcfWriter().Int(1, 6).BuildEph() +
            PcfWriter({}, ByteOrder::kBig).Int(1, 6).BuildEph() + "EPH ");

  const std::string unloaded =
      "* Qmgr = QMA1\n\nA VER 2\nA ENC 546\nA CCS 819\nA FMT MQEVENT \n"
      "A MSI 414d5120\nA COI 0000\nA PAT 7\nA PAN QMA1   \nA PTD 20261120\n"
      "A PTT 09000012\nX " + Hex(little.substr(0, 40)) + "\nX " +
      Hex(little.substr(40)) + "\n";
  write("unload_auto", Auto(4) + unloaded + unloaded);
  write("unload_forced", Unload(30) + unloaded + "N\nA FMT MQSTR\nS \"x\"\nT y\n");
  write("unload_damage",
        Unload(2) + "X 4\nN\nwhat\nA VER 2\nA VER 2\n  A  FMT \"MQPCF\"\r\n" +
            unloaded.substr(0, unloaded.size() - 5));
}

}  // namespace
}  // namespace mqwarden

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_pcf_corpus FOLDER\n");
    return 2;
  }
  mqwarden::WriteAll(argv[1]);
  return 0;
}
