// The grammar of random rule sets. Each function draws one piece of text.
#include "mqwarden/tests/oracle/random_rules.h"

#include <string>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/random_conditions.h"

namespace mqwarden::oracle {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

class Author {
 public:
  explicit Author(uint64_t seed) : random_(seed), conditions_(&random_) {}

  RuleSet Write() {
    RuleSet set;
    set.definitions = {
        "list staff = [\"A\", \"b\"]",
        "list nets = [\"10.0.0.0/31\", \"2001:db8::/32\", \"10.1.0.9\"]",
        "list codes = [MQRC_NOT_AUTHORIZED, 2059]",
        "list people from \"people.txt\"",
        "patterns groups { pay: \"PAY.*\"  one: \"?\"  rest: \"SYS*\" }",
        "patterns sites { ten: \"10.0.0.0/8\"  other: \"*\" }",
        "table owners from \"owners.csv\" key object",
        "table teams from \"teams.csv\" key user, qmgr",
        "macro refused = " + conditions_.Condition(1),
        "macro nested = refused " + random_.Of(Texts{"and ", "or "}) +
            conditions_.Atom(),
    };
    set.texts = {
        {"people.txt", "# people\na\nMQM\n"},
        {"owners.csv", "object,owner\npay.in,ops\nSYS.Q,\n"},
        {"teams.csv", "user,qmgr,team\na,QM1,t1\nA,qm2,t2\nb,QM1,\n"},
        {"inventory.csv",
         "qmgr,host,channel,tags,owner,channel_type\n"
         "QM1,,,prod,dev1,\n"
         "qm*,h1,,lab;x,,svrconn\n"
         ",,APP*,pci,dev2,sdr\n"},
    };
    if (random_.OneIn(3)) {
      set.definitions.push_back("inventory from \"inventory.csv\"");
    }
    if (random_.OneIn(2)) set.policy = PolicyClauses();
    // Names out of order, since order is by name.
    Texts names = {"r3", "alpha", "r1", "Zed"};
    const int rules = random_.Between(1, 4);
    for (int i = 0; i < rules; ++i) {
      set.rules.push_back({names[static_cast<size_t>(i)], RuleClauses()});
    }
    return set;
  }

 private:
  std::string ByPart() {
    if (random_.OneIn(4)) {
      const std::string text = random_.Of(Texts{
          "lower(user)", "pattern(object, groups)",
          "coalesce(user, client_user)", "network(source_ip, 24, 64)",
          "attr.zone", "owners[object].owner",
          "length(object)", "coalesce(channel, source_ip)",
          "pattern(source_ip, sites)"});
      return "k = " + text + random_.Of(Texts{"", "?"});
    }
    return random_.Of(Texts{"user", "user?", "source_ip", "source_ip?",
                            "outcome", "reason?", "qmgr", "correlation",
                            "user_truncated?", "channel_type?", "object",
                            "level", "duration?", "lower(user)?",
                            "network(source_ip, 24, 64)"});
  }

  std::string By() {
    std::string text = ByPart();
    if (random_.OneIn(3)) {
      const std::string second = ByPart();
      const auto name = [](const std::string& part) {
        return part.substr(0, part.find_first_of(" ?("));
      };
      if (name(second) != name(text)) text += ", " + second;
    }
    return text;
  }

  std::string Limit(bool policy) {
    std::string text = "limit " + conditions_.Number(1, 3) + " per " +
                       conditions_.Period() + " by ";
    switch (random_.Below(8)) {
      case 0:
        text += "all";
        break;
      case 3:  // many tuples
        text += random_.Of(Texts{"time", "event_id", "user?, object?, qmgr?",
                                 "correlation?, attr.zone, reason?, user?"});
        break;
      case 1:
        text += random_.Of(Texts{"rule", "severity", "severity, user"});
        break;
      case 2:
        text += random_.Of(Texts{"pattern(object, groups)", "k = lower(user)",
                                 "network(source_ip, 24, 64)", "rule, user?"});
        break;
      default:
        text += By();
    }
    if (random_.OneIn(4)) {
      text += " unless " + (random_.OneIn(2)
                                ? "severity >= " + Severity()
                                : conditions_.Atom());
    }
    if (!policy && random_.OneIn(3)) text += " then digest";
    return text;
  }

  std::string Severity() {
    return random_.Of(Texts{"info", "low", "medium", "high", "critical"});
  }

  std::string Mute() {
    switch (random_.Below(5)) {
      case 0:
        return "mute until 2026-01-05T09:00:" +
               random_.Of(Texts{"03Z", "08Z", "20.5Z"});
      case 1:
        return "mute where severity < " + random_.Of(Texts{"medium", "high"});
      case 2:
        return "mute where rule == \"" + random_.Of(Texts{"R1", "alpha"}) +
               "\" and " + conditions_.Atom();
      case 3:
        return "mute where rule_tags has " +
               random_.Of(Texts{"\"loud\"", "\"x\""}) +
               " and " + conditions_.Atom();
      default:
        return "mute where " + conditions_.EventCondition();
    }
  }

  Texts PolicyClauses() {
    Texts clauses;
    if (random_.OneIn(3)) {
      clauses.push_back("exclude " + random_.Of(Texts{
                            "rule == \"r1\" and " + conditions_.Atom(),
                            "rule_tags has \"x\" and " + conditions_.Atom(),
                            conditions_.Condition(1)}));
    }
    if (random_.OneIn(3)) clauses.push_back(Mute());
    const int limits = random_.Below(3);
    for (int i = 0; i < limits; ++i) clauses.push_back(Limit(/*policy=*/true));
    return clauses;
  }

  std::string TextWithBraces(bool windowed) {
    std::string text = "t";
    const int parts = random_.Below(4);
    for (int i = 0; i < parts; ++i) {
      text += " {" +
              (windowed && random_.OneIn(2) ? conditions_.Aggregate()
                                            : conditions_.Expression()) +
              "}";
    }
    // Quotes stand in a text only with a backslash.
    std::string escaped;
    for (const char c : text) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    return Quoted(random_.OneIn(8) ? escaped + " {{x}}" : escaped);
  }

  std::string AlertBlock(bool windowed) {
    std::string text = "alert {";
    if (random_.OneIn(2)) text += " summary " + TextWithBraces(windowed);
    if (random_.OneIn(2)) {
      text += " fields " + random_.Of(Texts{"qmgr", "user", "tags", "outcome",
                                            "reason", "user_truncated"}) +
              ", e = " + conditions_.Expression();
      if (windowed) {
        text += ", n = " + conditions_.Aggregate() + ", s = set(" +
                conditions_.Expression() + ", " + conditions_.Number(1, 3) +
                ")";
      }
      if (random_.OneIn(3)) {
        text += ", c = exists(" + conditions_.Expression() + ")";
      }
    }
    if (random_.OneIn(2)) {
      const std::string first = "first " + conditions_.Number(1, 3);
      const std::string last = "last " + conditions_.Number(1, 3);
      text += " evidence " +
              random_.Of(Texts{first, last, first + " " + last});
    }
    return text + " }";
  }

  Texts RuleClauses() {
    const bool windowed = !random_.OneIn(5);
    Texts clauses;
    AddHead(windowed, &clauses);
    AddFilter(&clauses);
    if (windowed) AddWhen(&clauses);
    AddSilences(&clauses);
    if (windowed) AddEscalations(&clauses);
    if (random_.OneIn(4)) clauses.push_back("notify \"soc\"");
    if (random_.OneIn(2)) clauses.push_back(AlertBlock(windowed));
    if (windowed && random_.OneIn(2)) clauses.push_back("resolve");
    return clauses;
  }

  // title severity tags
  void AddHead(bool windowed, Texts* clauses) {
    clauses->push_back("title " + TextWithBraces(windowed));
    const int cases = random_.OneIn(3) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < cases; ++i) {
      clauses->push_back("severity " + Severity() + " when " +
                         (windowed ? conditions_.FiringCondition()
                                   : conditions_.EventCondition()));
    }
    clauses->push_back("severity " + random_.Of(Texts{"info", "low", "low",
                                                      "medium", "high"}));
    if (random_.OneIn(3)) {
      clauses->push_back("tags " +
                         random_.Of(Texts{"\"x\"", "\"Loud\", \"y\""}));
    }
  }

  // on where exclude by
  void AddFilter(Texts* clauses) {
    clauses->push_back("on " + random_.Of(Texts{"any", "authn", "authn, authz",
                                                "authn, config, authz"}));
    if (random_.OneIn(2)) {
      clauses->push_back("where " + conditions_.EventCondition());
    }
    const int excludes = random_.OneIn(3) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < excludes; ++i) {
      const std::string label = "l" + std::to_string(i) + ": ";
      clauses->push_back("exclude " + random_.Of(Texts{"", label}) +
                         conditions_.Atom());
    }
    if (!random_.OneIn(4)) clauses->push_back("by " + By());
  }

  // when refire
  void AddWhen(Texts* clauses) {
    if (random_.OneIn(8)) {
      // `rise below A`: one comparison of one aggregate with a constant.
      const int n = random_.Between(2, 4);
      clauses->push_back("when " + conditions_.Aggregate() +
                         " >= " + std::to_string(n) + " in " +
                         conditions_.Period());
      clauses->push_back("refire rise below " + conditions_.Number(1, n - 1));
      return;
    }
    clauses->push_back("when " + conditions_.WindowCondition() + " in " +
                       conditions_.Period());
    const std::string refire =
        random_.Of(Texts{"", "", "", "rise", "each", "reset",
                         "every " + conditions_.Period()});
    if (!refire.empty()) clauses->push_back("refire " + refire);
  }

  // mute limit
  void AddSilences(Texts* clauses) {
    const int mutes = random_.OneIn(3) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < mutes; ++i) clauses->push_back(Mute());
    const int limits = random_.OneIn(2) ? random_.Between(1, 3) : 0;
    for (int i = 0; i < limits; ++i) {
      clauses->push_back(Limit(/*policy=*/false));
    }
  }

  void AddEscalations(Texts* clauses) {
    const int escalations = random_.OneIn(2) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < escalations; ++i) {
      clauses->push_back(
          "escalate " + random_.Of(Texts{"medium", "high", "critical"}) +
          " when " +
          (random_.OneIn(2)
               ? conditions_.Aggregate() + " >= " +
                     conditions_.Number(2, random_.OneIn(4) ? 40 : 5)
               : conditions_.FiringCondition()));
    }
  }

  Random random_;
  Conditions conditions_;
};

}  // namespace

std::string RuleSet::Text() const {
  std::string text;
  for (const std::string& definition : definitions) text += definition + "\n";
  if (!policy.empty()) {
    text += "policy {\n";
    for (const std::string& clause : policy) text += "  " + clause + "\n";
    text += "}\n";
  }
  for (const Rule& rule : rules) {
    text += "rule " + rule.name + " {\n";
    for (const std::string& clause : rule.clauses) text += "  " + clause + "\n";
    text += "}\n";
  }
  return text;
}

RuleSet DrawRuleSet(uint64_t seed) { return Author(seed).Write(); }

}  // namespace mqwarden::oracle
