#include "mqwarden/tests/docs/source_page.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <span>
#include <utility>

#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/formats/amqerr_json.h"
#include "mqwarden/ingest/formats/amqerr_text.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/formats/mqauditor.h"
#include "mqwarden/ingest/formats/mqausx.h"
#include "mqwarden/ingest/formats/mqcci.h"
#include "mqwarden/ingest/formats/oamlog.h"
#include "mqwarden/ingest/formats/oamok.h"
#include "mqwarden/ingest/formats/syslog.h"
#include "mqwarden/ingest/formats/zos.h"

namespace mqwarden {
namespace {

// The names of what filled a field, each once, in the order of their finding.
using Filled = std::map<FieldId, std::vector<std::string>>;

std::string Code(std::string_view text) {
  std::string code = "`";
  for (const char c : text) {
    if (c == '|') code += '\\';
    code += c;
  }
  return code + "`";
}

std::string FilledTable(const Filled& filled) {
  std::string table = "| field | filled from |\n|---|---|\n";
  std::string derived;
  for (const auto& [field, names] : filled) {
    const std::string name = Code(GetField(field).name);
    if (names.empty()) {
      derived += (derived.empty() ? "" : ", ") + name;
      continue;
    }
    std::string from;
    for (const std::string& one : names) {
      from += (from.empty() ? "" : ", ") + Code(one);
    }
    table += "| " + name + " | " + from + " |\n";
  }
  if (!derived.empty()) table += "\nDerived: " + derived + ".\n";
  return table;
}

std::string FieldTable(std::span<const FieldRow> rows, std::set<FieldId>* listed) {
  std::string table = "| in the source | field | |\n|---|---|---|\n";
  for (const FieldRow& row : rows) {
    listed->insert(row.field);
    table += "| " + Code(row.name) + " | " + Code(GetField(row.field).name) +
             " | " + std::string(row.note) + " |\n";
  }
  return table;
}

std::string MessageTable() {
  std::string table =
      "| id | kind | action | outcome | reason | about |\n|---|---|---|---|---|---|\n";
  for (const MessageMeaning& m : MessageMeanings()) {
    const auto name = [](EnumType type, int64_t value) {
      return std::string(EnumValueName(type, value));
    };
    table += "| " + std::string(m.id) + " | " + name(EnumType::kKind, m.kind) +
             " | " + name(EnumType::kAction, m.action) + " | " +
             name(EnumType::kOutcome, m.outcome) + " | " +
             (m.reason == 0 ? "" : std::to_string(m.reason)) + " | " +
             std::string(m.about) + " |\n";
  }
  return table;
}

const std::map<std::string, std::span<const FieldRow>, std::less<>>& Tables() {
  static const auto* const tables =
      new std::map<std::string, std::span<const FieldRow>, std::less<>>{
          {"oamok", OamokFields()},       {"oamlog", OamlogFields()},
          {"mqcci", MqcciFields()},       {"mqausx", MqausxFields()},
          {"mqauditor", MqauditorFields()}, {"amqerr", AmqerrTextFields()},
          {"amqerr_json", AmqerrJsonFields()}, {"syslog", SyslogFields()},
          {"zos", ZosFields()},
      };
  return *tables;
}

void ReadSample(std::string_view sample, Filled* filled, SourcePage* page) {
  ++page->samples;
  IngestOptions options;
  options.explain = true;
  options.text.from = Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
  const EventStream* current = nullptr;
  EventStream stream(options, [&](Event& event) {
    event.ForEachPresent([&](FieldId field) {
      page->filled.insert(field);
      std::vector<std::string>& names = (*filled)[field];
      for (const auto& [name, noted] : current->provenance().filled) {
        if (noted != field) continue;
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          names.push_back(name);
        }
        break;
      }
    });
  });
  current = &stream;
  stream.Feed(sample);
  stream.Finish();
  if (stream.stats().events == 0 || stream.stats().rejected_total() > 0) {
    page->errors.push_back("a sample is not read: " + std::string(sample));
    for (const auto& [reason, shown] : stream.stats().samples) {
      page->errors.push_back(reason + " " + shown.detail + " " + shown.excerpt);
    }
  }
}

}  // namespace

SourcePage MakeSourcePage(std::string_view text) {
  SourcePage page;
  Filled filled;
  std::string sample;
  bool in_sample = false;
  bool in_table = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line == "<!-- end -->") in_table = false;
    if (in_table) continue;
    page.text.append(line).append("\n");
    if (in_sample && line == "```") {
      in_sample = false;
      ReadSample(sample, &filled, &page);
    } else if (in_sample) {
      sample.append(line).append("\n");
    } else if (line.starts_with("```") && line.ends_with(" sample")) {
      in_sample = true;
      sample.clear();
    }
    constexpr std::string_view kTable = "<!-- table: ";
    if (line == "<!-- fields -->") {
      page.text += FilledTable(filled);
      filled.clear();
      in_table = true;
    } else if (line == "<!-- messages -->") {
      page.text += MessageTable();
      in_table = true;
    } else if (line.starts_with(kTable)) {
      const std::string_view name =
          line.substr(kTable.size(), line.find(' ', kTable.size()) - kTable.size());
      const auto found = Tables().find(name);
      if (found == Tables().end()) {
        page.errors.push_back("no table " + std::string(name));
      } else {
        page.text += FieldTable(found->second, &page.listed);
      }
      in_table = true;
    }
  }
  return page;
}

}  // namespace mqwarden
