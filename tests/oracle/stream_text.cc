#include "mqwarden/tests/oracle/stream_text.h"

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/base/decimal.h"

namespace mqwarden::oracle {
namespace {

void SetField(const std::string& name, const std::string& value, Event* event) {
  if (name.starts_with("attr.")) {
    event->CopyAttr({name.substr(5), value});
    return;
  }
  const FieldInfo* field = FindField(name);
  MQWARDEN_CHECK(field != nullptr, "streams name fields of the catalogue");
  switch (field->type) {
    case FieldType::kEnum:
      event->SetInt(field->id, *FindEnumValue(field->enum_type, value));
      return;
    case FieldType::kInt:
      event->SetInt(field->id, *Decimal::Parse(value)->ToInt());
      return;
    case FieldType::kBool:
      event->SetInt(field->id, value == "true");
      return;
    case FieldType::kIp:
      event->SetIp(field->id, *ParseIp(value));
      return;
    case FieldType::kDuration:
      event->SetInt(field->id, ParseDuration(value)->count());
      return;
    case FieldType::kList: {
      std::vector<std::string> elements;
      std::istringstream stream(value);
      for (std::string e; std::getline(stream, e, ',');) elements.push_back(e);
      event->CopyList(field->id, std::vector<std::string_view>(
                                     elements.begin(), elements.end()));
      return;
    }
    default:
      event->CopyText(field->id, value);
  }
}

}  // namespace

Stream ParseStream(const std::string& text) {
  Stream stream;
  stream.watermark = StreamStart();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string time;
    std::string kind;
    if (!(words >> time >> kind)) continue;
    if (time == "until") {
      stream.watermark = StreamStart() + *ParseDuration(kind);
      continue;
    }
    auto event = std::make_shared<Event>();
    event->SetTime(StreamStart() + *ParseDuration(time));
    event->set_sequence(static_cast<int64_t>(stream.events.size()));
    SetField("kind", kind, event.get());
    for (std::string word; words >> word;) {
      const size_t equals = word.find('=');
      SetField(word.substr(0, equals), word.substr(equals + 1), event.get());
    }
    stream.watermark = event->time();
    stream.events.push_back(std::move(event));
  }
  return stream;
}

}  // namespace mqwarden::oracle
