// Writes PCF messages for tests, from the tables of the format: nothing of the
// decoder is used, so that a mistake is not made twice.
#ifndef MQWARDEN_TESTS_TESTING_PCF_WRITER_H_
#define MQWARDEN_TESTS_TESTING_PCF_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace mqwarden {

enum class ByteOrder : uint8_t { kLittle, kBig };

// Bytes of integers in one order.
class IntWriter {
 public:
  IntWriter(ByteOrder order, std::string* out) : order_(order), out_(out) {}

  void Put(int64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      const int byte = order_ == ByteOrder::kBig ? size - 1 - i : i;
      out_->push_back(
          static_cast<char>(static_cast<uint64_t>(value) >> (8 * byte)));
    }
  }

 private:
  const ByteOrder order_;
  std::string* const out_;
};

struct PcfHeaderValues {
  int32_t type = 7;
  int32_t command = 44;
  int32_t reason = 2035;
  int32_t control = 1;
  int32_t comp_code = 1;
  int32_t version = 1;
};

// One message. Parameters are added in order; between BeginGroup() and EndGroup()
// they are members of the group, which the header does not count.
class PcfWriter {
 public:
  explicit PcfWriter(PcfHeaderValues header = {},
                     ByteOrder order = ByteOrder::kLittle)
      : header_(header), order_(order) {}

  // Text is written as it stands: in the set that the caller means.
  PcfWriter& String(int32_t parameter, std::string_view text, size_t width = 0,
                    int32_t ccsid = 819) {
    std::string padded(text);
    if (padded.size() < width) padded.resize(width, blank_);
    std::string tail;
    IntWriter ints(order_, &tail);
    ints.Put(ccsid, 4);
    ints.Put(static_cast<int64_t>(padded.size()), 4);
    return Struct(4, parameter, tail + padded);
  }
  PcfWriter& Int(int32_t parameter, int32_t value) {
    return Struct(3, parameter, Ints({value}));
  }
  PcfWriter& Int64(int32_t parameter, int64_t value) {
    std::string tail = Ints({0});
    IntWriter(order_, &tail).Put(value, 8);
    return Struct(23, parameter, tail);
  }
  PcfWriter& IntList(int32_t parameter, std::initializer_list<int32_t> values) {
    std::string tail = Ints({static_cast<int32_t>(values.size())});
    for (const int32_t value : values) tail += Ints({value});
    return Struct(5, parameter, tail);
  }
  PcfWriter& Int64List(int32_t parameter,
                       std::initializer_list<int64_t> values) {
    std::string tail = Ints({static_cast<int32_t>(values.size())});
    for (const int64_t value : values) IntWriter(order_, &tail).Put(value, 8);
    return Struct(25, parameter, tail);
  }
  PcfWriter& StringList(int32_t parameter, size_t width,
                        std::initializer_list<std::string_view> texts,
                        int32_t ccsid = 819) {
    std::string tail = Ints({ccsid, static_cast<int32_t>(texts.size()),
                             static_cast<int32_t>(width)});
    for (const std::string_view text : texts) {
      std::string padded(text);
      padded.resize(width, blank_);
      tail += padded;
    }
    return Struct(6, parameter, tail);
  }
  PcfWriter& Bytes(int32_t parameter, std::string_view bytes) {
    return Struct(9, parameter,
                  Ints({static_cast<int32_t>(bytes.size())}) +
                      std::string(bytes));
  }
  PcfWriter& IntFilter(int32_t parameter, int32_t operation, int32_t value) {
    return Struct(13, parameter, Ints({operation, value}));
  }
  PcfWriter& StringFilter(int32_t parameter, int32_t operation,
                          std::string_view text, int32_t ccsid = 819) {
    return Struct(14, parameter,
                  Ints({operation, ccsid, static_cast<int32_t>(text.size())}) +
                      std::string(text));
  }
  PcfWriter& BytesFilter(int32_t parameter, int32_t operation,
                         std::string_view bytes) {
    return Struct(15, parameter,
                  Ints({operation, static_cast<int32_t>(bytes.size())}) +
                      std::string(bytes));
  }
  PcfWriter& BeginGroup(int32_t parameter) {
    Count();
    open_.push_back({parameter, 0, body_.size()});
    return *this;
  }
  PcfWriter& EndGroup() {
    const Open group = open_.back();
    open_.pop_back();
    body_.insert(group.at, Ints({20, 16, group.parameter, group.members}));
    return *this;
  }
  // Any structure: what stands behind its parameter number.
  PcfWriter& Struct(int32_t type, int32_t parameter, std::string_view tail) {
    Count();
    const size_t padded = (tail.size() + 3) / 4 * 4;
    body_ += Ints({type, static_cast<int32_t>(12 + padded), parameter});
    body_ += tail;
    body_.append(padded - tail.size(), padding_);
    return *this;
  }
  PcfWriter& set_blank(char blank) {
    blank_ = blank;
    return *this;
  }
  // What pads a structure to four bytes; MQ does not clear it.
  PcfWriter& set_padding(char padding) {
    padding_ = padding;
    return *this;
  }

  std::string Build() const {
    return Ints({header_.type, 36, header_.version, header_.command, 1,
                 header_.control, header_.comp_code, header_.reason, count_}) +
           body_;
  }
  // With an MQEPH around it.
  std::string BuildEph() const {
    const std::string pcf = Build();
    return "EPH " + Ints({1, static_cast<int32_t>(32 + pcf.size()), 0, 0}) +
           std::string(8, ' ') + Ints({0}) + pcf;
  }
  ByteOrder order() const { return order_; }

 private:
  struct Open {
    int32_t parameter;
    int32_t members;
    size_t at;
  };

  void Count() { ++(open_.empty() ? count_ : open_.back().members); }
  std::string Ints(std::initializer_list<int32_t> values) const {
    std::string out;
    for (const int32_t value : values) IntWriter(order_, &out).Put(value, 4);
    return out;
  }

  const PcfHeaderValues header_;
  const ByteOrder order_;
  char blank_ = ' ';
  char padding_ = '\xEE';
  int32_t count_ = 0;
  std::string body_;
  std::vector<Open> open_;
};

struct MqmdValues {
  int32_t version = 2;
  int32_t ccsid = 819;
  std::string format = "MQEVENT ";
  std::string message_id;      // bytes
  std::string correlation_id;  // bytes
  int32_t put_application_type = 7;
  std::string put_application = "QM1";
  std::string put_date = "20261120";
  std::string put_time = "09000012";
};

inline std::string BuildMqmd(const MqmdValues& md,
                             ByteOrder order = ByteOrder::kLittle) {
  std::string out = "MD  ";
  IntWriter ints(order, &out);
  const auto text = [&out](std::string value, size_t width, char fill) {
    value.resize(width, fill);
    out += value;
  };
  ints.Put(md.version, 4);
  for (const int32_t value : {0, 8, -1, 0}) ints.Put(value, 4);
  ints.Put(order == ByteOrder::kBig ? 273 : 546, 4);
  ints.Put(md.ccsid, 4);
  text(md.format, 8, ' ');
  ints.Put(0, 4);  // Priority
  ints.Put(0, 4);  // Persistence
  text(md.message_id, 24, '\0');
  text(md.correlation_id, 24, '\0');
  ints.Put(0, 4);  // BackoutCount
  text("", 48, ' ');   // ReplyToQ
  text("", 48, ' ');   // ReplyToQMgr
  text("mqm", 12, ' ');
  text("", 32, '\0');  // AccountingToken
  text("", 32, ' ');   // ApplIdentityData
  ints.Put(md.put_application_type, 4);
  text(md.put_application, 28, ' ');
  text(md.put_date, 8, ' ');
  text(md.put_time, 8, ' ');
  text("", 4, ' ');    // ApplOriginData
  if (md.version == 2) {
    text("", 24, '\0');  // GroupId
    for (const int32_t value : {1, 0, 0, -1}) ints.Put(value, 4);
  }
  return out;
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_TESTING_PCF_WRITER_H_
