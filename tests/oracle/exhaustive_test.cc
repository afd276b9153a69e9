// Every stream of up to five events over four instants, for a small rule of
// each construct: engine and oracle agree. Windows, periods and thresholds are
// chosen so that each boundary lies on one of the instants.
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/comparison.h"
#include "mqwarden/tests/oracle/stream_text.h"

namespace mqwarden::oracle {
namespace {

// An event is of one of two forms; instants are whole seconds from 0.
constexpr int kEvents = 5;
constexpr int kInstants = 4;
constexpr char kForms[] = "0s authn user=a outcome=failure object=p pid=1\n"
                          "0s authn user=B outcome=success object=p pid=3\n";

struct Rule {
  std::string name;
  std::string clauses;  // after `on any`, which a sequence leaves out
};

std::string TextOf(const std::string& clauses) {
  const bool sequence = clauses.find("sequence in") != std::string::npos;
  return "rule r { title \"t\" severity low " +
         std::string(sequence ? "" : "on any ") + clauses + " }";
}

class ExhaustiveTest : public ::testing::TestWithParam<Rule> {
 protected:
  ExhaustiveTest() : forms_(ParseStream(kForms).events) {}

  // Extends `stream_` by every event that may follow, after comparing it.
  void Visit(int instant) {
    stream_.watermark = StreamStart() + std::chrono::seconds(kInstants + 1);
    Compare();
    if (HasFailure() || stream_.events.size() == kEvents) return;
    // What is due at the last event itself, and no more.
    if (!stream_.events.empty()) {
      stream_.watermark = stream_.events.back()->time();
      Compare();
    }
    for (int next = instant; next < kInstants; ++next) {
      for (const EventPtr& form : forms_) {
        auto event = std::make_shared<Event>();
        event->CopyFrom(*form);
        event->SetTime(StreamStart() + std::chrono::seconds(next));
        event->set_sequence(static_cast<int64_t>(stream_.events.size()));
        stream_.events.push_back(std::move(event));
        Visit(next);
        stream_.events.pop_back();
      }
    }
  }

  void Compare() {
    if (HasFailure()) return;
    ++compared_;
    std::string bytes;
    const EngineRun run{64, 1, compared_ % 2 == 0};
    const auto oracle = OracleLines(compiled_.files, {}, stream_);
    alerts_ += oracle.size() - 1;
    if (oracle == EngineLines(compiled_, stream_, run, &bytes)) return;
    RuleSet rules;
    rules.definitions = {TextOf(GetParam().clauses)};
    ADD_FAILURE() << Report(rules, stream_);
  }

  const std::vector<EventPtr> forms_;
  Compiled compiled_;
  Stream stream_;
  int64_t compared_ = 0;
  size_t alerts_ = 0;
};

TEST_P(ExhaustiveTest, EngineAndOracleAgree) {
  compiled_ = CompileText(TextOf(GetParam().clauses), {});
  ASSERT_NE(compiled_.plan, nullptr) << compiled_.diagnostics;
  Visit(0);
  EXPECT_GT(compared_, 1000);
  EXPECT_GT(alerts_, 100u);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, ExhaustiveTest,
    ::testing::ValuesIn(std::vector<Rule>{
        {"Rise", "when count() >= 2 in 2s resolve"},
        {"RiseOfOne", "when count() >= 1 in 1s resolve"},
        {"RisePerKey", "by user when count() >= 2 in 2s resolve"},
        {"RiseMoreThan", "when count() > 2 in 3s resolve"},
        {"RiseEqual", "when count() == 2 in 2s resolve"},
        {"RiseBelow", "when count() >= 3 in 2s refire rise below 2 resolve"},
        {"RiseBelowOne", "when count() >= 2 in 2s refire rise below 1 resolve"},
        {"Each", "when count() >= 2 in 2s refire each resolve"},
        {"EveryShorterThanTheWindow",
         "when count() >= 2 in 3s refire every 1s resolve"},
        {"EveryLongerThanTheWindow",
         "when count() >= 1 in 1s refire every 2s resolve"},
        {"Reset", "when count() >= 2 in 2s refire reset"},
        {"ResetOfThree", "when count() >= 3 in 3s refire reset"},
        {"CountIf", "when count(outcome == failure) >= 2 in 2s resolve"},
        {"CountIfEqual", "when count(outcome == failure) == 1 in 2s resolve"},
        {"Distinct", "when distinct(user) >= 2 in 2s resolve"},
        {"DistinctPerObject",
         "by object when distinct(user, outcome) > 1 in 3s resolve"},
        {"And", "when (count() >= 3 and distinct(user) >= 2) in 2s resolve"},
        {"Or", "when (count() >= 3 or distinct(user) >= 2) in 2s resolve"},
        {"AndNot",
         "when (count() >= 2 and not count(outcome == failure) >= 2) in 2s resolve"},
        {"Between", "when (count() >= 2 and count() <= 3) in 2s resolve"},
        {"BetweenEach",
         "when (count() >= 2 and count() < 4) in 2s refire each resolve"},
        {"Gap", "when (count() == 1 or count() == 3) in 2s resolve"},
        {"Escalate",
         "when count() >= 1 in 2s escalate high when count() >= 2 escalate "
         "critical when distinct(user) >= 2 resolve"},
        {"EscalateEvery",
         "when count() >= 1 in 2s refire every 2s escalate high when count() >= 3 "
         "resolve"},
        {"LimitAll", "limit 1 per 2s by all"},
        {"LimitTwoPerUser", "limit 2 per 2s by user"},
        {"TwoLimits", "limit 2 per 3s by user limit 1 per 1s by object"},
        {"LimitUnless", "limit 1 per 2s by all unless outcome == failure"},
        {"LimitWindowed",
         "by user when count() >= 1 in 1s limit 1 per 2s by all escalate high "
         "when count() >= 2 resolve"},
        {"Digest", "limit 1 per 2s by user then digest"},
        {"DigestAndLimit", "limit 1 per 2s by user then digest limit 2 per 3s by all"},
        {"DigestWindowed",
         "by user when count() >= 1 in 1s refire each limit 1 per 3s by all then "
         "digest resolve"},
        {"MuteUntil",
         "when count() >= 2 in 2s mute until 2026-01-05T09:00:02Z resolve"},
        {"MuteWhere",
         "when count() >= 1 in 2s mute where outcome == failure limit 1 per 2s by "
         "user resolve"},
        {"MuteSeverity",
         "when count() >= 1 in 2s mute where severity < high escalate high when "
         "count() >= 2 escalate critical when count() >= 3 resolve"},
        {"MuteEvery",
         "when count() >= 1 in 2s refire every 2s mute where user == \"a\" "
         "escalate medium when count() >= 2 resolve"},
        {"Evidence",
         "when count() >= 2 in 2s refire each alert { summary \"{count()} "
         "{distinct(user)} {user}\" fields s = set(user, 1) evidence first 1 last "
         "2 } resolve"},
        {"Tumbling", "when count() >= 2 in 2s tumbling resolve"},
        {"TumblingLimited",
         "by user when count() >= 1 in 2s tumbling limit 1 per 3s by all"},
        {"Session", "when count() >= 2 in 1s session"},
        {"SessionPerKey", "by user when count() >= 2 in 2s session resolve"},
        {"Sum", "when sum(pid) >= 4 in 2s resolve"},
        {"Average", "when avg(pid) >= 2 in 2s resolve"},
        {"Spread", "when max(pid) - min(pid) >= 2 in 2s refire each resolve"},
        {"Percentile", "when percentile(pid, 50) >= 3 in 3s resolve"},
        {"Ratio", "when count(outcome == failure) / count() >= 0.5 in 2s resolve"},
        {"New", "when new (user) in 2s"},
        {"NewPerKey", "by object when new (user) in 1s learn 1s"},
        {"Rare", "when rare (user) < 2 in 2s"},
        {"RareLearns", "when rare (user) < 3 in 3s learn 1s"},
        {"Absent", "by user from [\"A\", \"c\"] when absent 2s resolve"},
        {"AbsentMuted",
         "by user from [\"A\", \"b\"] when absent 1s mute until "
         "2026-01-05T09:00:02Z resolve"},
        {"Sequence",
         "when sequence in 2s { any where outcome == failure any where outcome == "
         "success }"},
        {"SequenceOfAny", "when sequence in 3s { authn any }"},
        {"SequenceOfMany",
         "when sequence in 3s { 2 x authn where outcome == failure authn where "
         "outcome == success } alert { evidence first 3 }"},
        {"SequenceEndsWithMany",
         "when sequence in 3s { authn where outcome == failure 2 x authn } alert { "
         "evidence first 3 }"},
        {"SequenceJoins",
         "when sequence in 3s { a: any b: any where user != a.user } alert { "
         "evidence first 2 }"},
        {"SequenceJoinsTwo",
         "when sequence in 4s { a: any b: any c: any where user == a.user and "
         "user != b.user } alert { evidence first 3 }"},
        {"MissingBetween",
         "when sequence in 3s { any where outcome == failure missing any where "
         "outcome == success any where outcome == failure }"},
        {"MissingBetweenJoined",
         "when sequence in 4s { a: any missing any where user == a.user 2 x any } "
         "alert { evidence first 3 }"},
        {"Waits",
         "when sequence in 2s { any where outcome == failure missing any where "
         "outcome == success }"},
        {"WaitsForItsLike",
         "by object when sequence in 2s { a: any missing any where user == a.user }"},
        {"WaitsPerCombination",
         "when sequence in 3s { a: any any missing any where user == a.user } alert "
         "{ evidence first 2 }"},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden::oracle
