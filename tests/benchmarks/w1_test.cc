// The workload is the same everywhere, and three programs give one answer on it:
// the rules by hand over numbers, the rules by hand over NDJSON, and the rules in
// the rule language.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/benchmarks/handwritten.h"
#include "mqwarden/benchmarks/w1.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/ingest/event_stream.h"

namespace mqwarden::benchmarks {
namespace {

std::string Ndjson(const Corpus& corpus) {
  std::string text;
  corpus.AppendNdjson(0, corpus.events().size(), &text);
  return text;
}

uint64_t Fnv(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

TEST(CorpusTest, EqualOptionsGiveTheSameBytesEverywhere) {
  CorpusOptions options;
  options.events = 5000;
  const std::string text = Ndjson(Corpus(options));
  EXPECT_EQ(Fnv(text), 8706558990459806972u);
  options.seed = 2;
  EXPECT_NE(Ndjson(Corpus(options)), text);
}

TEST(CorpusTest, IsAsTheWorkloadIsDescribed) {
  CorpusOptions options;
  options.events = 50'000;
  const Corpus corpus(options);
  ASSERT_EQ(corpus.events().size(), 50'000u);
  int refusals = 0;
  int64_t last = 0;
  for (const CompactEvent& event : corpus.events()) {
    ASSERT_GT(event.time, last);
    last = event.time;
    refusals += event.reason == 2035;
  }
  // 8% of the ordinary events and 115 attackers.
  EXPECT_GT(refusals, 50'000 * 7 / 100);
  EXPECT_LT(refusals, 50'000 * 13 / 100);
  const size_t bytes_per_event = Ndjson(corpus).size() / corpus.events().size();
  EXPECT_GE(bytes_per_event, 380u);
  EXPECT_LE(bytes_per_event, 400u);
}

class W1Test : public testing::Test {
 protected:
  static Corpus MakeCorpus() {
    CorpusOptions options;
    options.events = 50'000;
    return Corpus(options);
  }
  W1Test() {
    for (const CompactEvent& event : corpus_.events()) by_hand_.Process(event);
  }

  const Corpus corpus_ = MakeCorpus();
  HandwrittenRules by_hand_{corpus_};
};

TEST_F(W1Test, HasAlertsOfEachRule) {
  for (const int64_t alerts : by_hand_.answer().alerts) EXPECT_GT(alerts, 20);
}

TEST_F(W1Test, TheEngineAgreesWithTheHandWrittenRules) {
  W1AnswerSink sink;
  const std::shared_ptr<const Plan> plan = CompileW1();
  ASSERT_NE(plan, nullptr);
  auto engine = Engine::Create(plan, {}, &sink);
  ASSERT_TRUE(engine.ok());
  Event event;
  for (const CompactEvent& compact : corpus_.events()) {
    corpus_.Fill(compact, &event);
    (*engine)->Process(&event);
  }
  (*engine)->Flush();
  EXPECT_EQ(sink.answer().alerts, by_hand_.answer().alerts);
  EXPECT_EQ(sink.answer(), by_hand_.answer());
}

TEST_F(W1Test, TheReaderAndTheEngineAgreeWithThem) {
  W1AnswerSink sink;
  auto engine = Engine::Create(CompileW1(), {}, &sink);
  ASSERT_TRUE(engine.ok());
  EventStream stream({}, [&engine](Event& event) { (*engine)->Process(&event); });
  stream.Feed(Ndjson(corpus_));
  stream.Finish();
  (*engine)->Flush();
  EXPECT_EQ(stream.stats().events, 50'000);
  EXPECT_EQ(sink.answer(), by_hand_.answer());
}

TEST_F(W1Test, TheHandWrittenReplayAgreesWithThem) {
  std::string text = Ndjson(corpus_);
  const size_t size = text.size();
  text.append(PaddingBytes(), ' ');
  W1Answer answer;
  if (!ReplayByHand(std::string_view(text).substr(0, size), &answer)) {
    GTEST_SKIP() << "this processor lacks AVX2";
  }
  EXPECT_EQ(answer, by_hand_.answer());
}

}  // namespace
}  // namespace mqwarden::benchmarks
