// Embeds the PCF decoder: the body of one event message and what its MQMD says
// become an event, and a rule an alert. A host takes both from MQGET.
//
//   embed_pcf YYYYMMDD HHMMSSTH < body
//
// The date and the time are PutDate and PutTime. Exit code 0: an alert fired and
// its title was printed. 1: none. 3: the body is no event.

#include <cstdio>
#include <iterator>
#include <iostream>
#include <string>
#include <vector>

#include "mqwarden/ingest/formats/message_facts.h"
#include "mqwarden/ingest/formats/pcf.h"
#include "mqwarden/mqwarden.h"

constexpr char kRule[] = R"(
rule refused {
  title    "{user} may not use {object} on {qmgr}"
  severity medium
  on       authz, authn
  where    outcome == failure
})";

class Titles final : public mqwarden::AlertSink {
 public:
  void OnAlert(const mqwarden::Alert& alert) override {
    std::printf("%.*s\n", static_cast<int>(alert.title.size()), alert.title.data());
    ++count;
  }
  int count = 0;
};

class NoFiles final : public mqwarden::FileReader {
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("the rule names no file");
  }
};

int main(int argc, char** argv) {
  const std::string body(std::istreambuf_iterator<char>(std::cin), {});
  mqwarden::MessageFacts facts;
  if (argc == 3) facts.put_date = argv[1], facts.put_time = argv[2];

  mqwarden::PcfDecoder decoder;  // reused for every message
  mqwarden::Event event;
  if (const auto reject = decoder.Decode(body, facts, &event)) {
    std::fprintf(stderr, "no event: %s\n", std::string(reject->reason).c_str());
    return 3;
  }
  const std::vector<mqwarden::RuleSource> sources = {{"refused.mqw", kRule}};
  NoFiles files;
  const auto rules = mqwarden::CompileRules(sources, &files, {});
  Titles titles;
  const auto engine = mqwarden::Engine::Create(rules.plan, {}, &titles);
  if (!engine.ok() || !event.Has(mqwarden::FieldId::kTime)) return 3;
  (*engine)->Process(&event);
  (*engine)->AdvanceWatermark(event.time());
  return titles.count > 0 ? 0 : 1;
}
