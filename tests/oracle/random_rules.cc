// The grammar of random rule sets. Each function draws one piece of text.
#include "mqwarden/tests/oracle/random_rules.h"

#include <string>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/random_conditions.h"
#include "mqwarden/tests/oracle/random_when.h"

namespace mqwarden::oracle {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

class Author {
 public:
  explicit Author(uint64_t seed)
      : random_(seed), conditions_(&random_), whens_(&random_, &conditions_) {}

  RuleSet Write() {
    RuleSet set;
    set.definitions = {
        "list staff = [\"A\", \"b\"]",
        "list nets = [\"10.0.0.0/31\", \"2001:db8::/32\", \"10.1.0.9\"]",
        "list codes = [MQRC_NOT_AUTHORIZED, 2059]",
        "list people from \"people.txt\"",
        "list watched = [\"QM1\", \"qm2\", \"QM9\"]",
        "param two = 2",
        "param pause = 3s",
        "param who = \"a\"",
        "calendar office { tz \"Europe/London\" mon 09:00-09:01 "
        "mon..fri 09:02-09:03 sun 22:00-09:00 }",
        "calendar freeze { from 2026-01-05T09:00:03Z to "
        "2026-01-05T09:00:08Z from 2026-01-05T09:00:20.5Z to "
        "2026-01-05T09:01:00Z }",
        "calendar windows from \"changes.csv\" key qmgr",
        "calendar spans from \"spans.csv\"",
        "recent refusals { on authn, config where " + conditions_.Atom() +
            " by user for " + conditions_.Period() + " }",
        "recent pairs { on any by user, qmgr for " + conditions_.Period() +
            " }",
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
        {"owners2.csv", "object,owner\nq,ops\nPAY.IN,dev\n"},
        {"changes.csv",
         "from,to,qmgr\n"
         "2026-01-05T09:00:02Z,2026-01-05T09:00:06Z,QM1\n"
         "2026-01-05T09:00:05Z,2026-01-05T09:00:09Z,*2\n"
         "2026-01-05T09:00:30Z,2026-01-05T09:01:00Z,\n"},
        {"spans.csv",
         "from,to\n2026-01-05T09:00:01Z,2026-01-05T09:00:04Z\n"
         "2026-01-05T09:00:10Z,2026-01-05T09:00:12.5Z\n"},
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
    AddSite(rules, &set.definitions);
    if (random_.OneIn(4)) set.definitions.push_back(Report());
    return set;
  }

 private:
  // What a site adds in a file of its own.
  void AddSite(int rules, Texts* definitions) {
    if (random_.OneIn(4)) {
      definitions->push_back("override " + random_.Of(Texts{
          "param two = 3", "param pause = 2s", "param who = \"B\"",
          "list staff = [\"mqm\", \"C\"]", "list watched = [\"qm1\"]",
          "patterns groups { sys: \"SYS*\"  pay: \"P*\" }",
          "table owners from \"owners2.csv\" key object",
          "calendar freeze { from 2026-01-05T09:00:01Z to "
          "2026-01-05T09:00:15Z }"}));
    }
    if (random_.OneIn(4)) {
      std::string text = "amend rule r3 {";
      if (random_.OneIn(2)) text += " exclude " + conditions_.Atom();
      if (random_.OneIn(2)) text += " mute where " + conditions_.Atom();
      if (random_.OneIn(2)) text += " limit 2 per 5s by user";
      definitions->push_back(text + " notify \"site\" }");
    }
    if (rules > 1 && random_.OneIn(8)) {
      definitions->push_back("disable rule alpha");
    }
  }

  // A report of events or of statistics.
  std::string Report() {
    if (random_.OneIn(4)) {
      return "report counters { title \"t\" of statistics every " +
             conditions_.Period() + " }";
    }
    std::string text =
        "report top { title \"t\" on " +
        random_.Of(Texts{"any", "authn, authz", "alert"});
    if (random_.OneIn(2)) text += " where " + conditions_.EventCondition();
    if (random_.OneIn(4)) text += " exclude " + conditions_.Atom();
    text += " every " + conditions_.Period();
    if (random_.OneIn(4)) text += " from 2026-01-05T09:00:00.5Z";
    text += " top " + conditions_.Number(1, 3) + " by " +
            whens_.By(/*each=*/true) + " order " + conditions_.Aggregate();
    if (random_.OneIn(2)) {
      text += " show a = " + conditions_.Aggregate() + ", " +
              random_.Of(Texts{"user", "qmgr", "x = length(object)"});
    }
    if (random_.OneIn(2)) text += " compare previous";
    return text + " }";
  }

  std::string Limit(bool policy) {
    std::string text = "limit " + conditions_.Number(1, 3) + " per " +
                       conditions_.Period() + " by ";
    switch (random_.Below(8)) {
      case 0:
        text += "all";
        break;
      case 3:  // many tuples
        text += random_.Of(Texts{"time", "time, reason?", "user?, object?, qmgr?",
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
        text += policy || form_.labels.empty() || !random_.OneIn(2)
                    ? whens_.By(/*each=*/false)
                    : "s = " + StepValue();
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

  std::string Mute(bool policy) {
    switch (random_.Below(7)) {
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
      case 4:
      case 5:
        return "mute during " + random_.Of(Texts{"office", "freeze", "spans",
                                                 "[freeze, spans]",
                                                 "windows[qmgr]"});
      default:
        if (!policy && !form_.labels.empty() && random_.OneIn(2)) {
          return "mute where " + StepAtom();
        }
        // A muted absence does not wait for what is recent to be so no more;
        // the policy mutes absences, too.
        return "mute where " +
               (policy || form_.kind == WhenForm::Kind::kAbsent
                    ? conditions_.EventCondition()
                    : conditions_.FilterCondition());
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
    if (random_.OneIn(3)) clauses.push_back(Mute(/*policy=*/true));
    const int limits = random_.Below(3);
    for (int i = 0; i < limits; ++i) clauses.push_back(Limit(/*policy=*/true));
    return clauses;
  }

  // STEP.FIELD, STEP.count() and conditions on them, where a rule has steps.
  std::string StepValue() {
    const std::string& step = random_.Of(form_.labels);
    return step + random_.Of(Texts{".user", ".object", ".outcome", ".reason",
                                   ".source_ip", ".attr.zone", ".tags"});
  }
  std::string StepAtom() {
    const std::string& step = random_.Of(form_.labels);
    return random_.Of(Texts{step + ".user == \"a\"", step + ".user == user",
                            step + ".count() >= 2",
                            step + ".outcome == failure",
                            "exists(" + step + ".object)",
                            step + ".reason > 2035 and user != \"b\""});
  }

  // What a text may show, by the rule's `when`.
  std::string Shown() {
    if (!form_.labels.empty() && random_.OneIn(2)) {
      return random_.OneIn(4) ? random_.Of(form_.labels) + ".count()"
                              : StepValue();
    }
    if (form_.windowed() && random_.OneIn(2)) return conditions_.Aggregate();
    if (form_.takes_alerts && random_.OneIn(2)) {
      return random_.Of(Texts{"rule", "state", "severity", "muted", "held",
                              "alert_count", "rule_tags"});
    }
    if (random_.OneIn(10)) return random_.Of(Texts{"two", "pause", "who"});
    return conditions_.Expression();
  }

  std::string TextWithBraces() {
    std::string text = "t";
    const int parts = random_.Below(4);
    for (int i = 0; i < parts; ++i) text += " {" + Shown() + "}";
    // Quotes stand in a text only with a backslash.
    std::string escaped;
    for (const char c : text) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    return Quoted(random_.OneIn(8) ? escaped + " {{x}}" : escaped);
  }

  std::string AlertBlock() {
    std::string text = "alert {";
    if (random_.OneIn(2)) text += " summary " + TextWithBraces();
    if (random_.OneIn(2)) {
      text += " fields " + random_.Of(Texts{"qmgr", "user", "tags", "outcome",
                                            "reason", "user_truncated"}) +
              ", e = " + Shown();
      if (form_.windowed()) {
        text += ", n = " + conditions_.Aggregate() + ", s = set(" +
                conditions_.Expression() + ", " +
                std::to_string(random_.Between(1, 3)) + ")";
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
    form_ = whens_.Draw();
    Texts clauses;
    AddHead(&clauses);
    AddFilter(&clauses);
    clauses.insert(clauses.end(), form_.clauses.begin(), form_.clauses.end());
    AddSilences(&clauses);
    if (form_.resolves() && random_.OneIn(2)) AddEscalations(&clauses);
    if (random_.OneIn(4)) clauses.push_back("notify \"soc\"");
    if (random_.OneIn(2)) clauses.push_back(AlertBlock());
    if (form_.resolves() && random_.OneIn(2)) clauses.push_back("resolve");
    return clauses;
  }

  // A condition that decides at a firing, and of the severity then.
  std::string FiringCondition() {
    if (form_.windowed()) return conditions_.FiringCondition();
    if (!form_.labels.empty() && random_.OneIn(2)) return StepAtom();
    return conditions_.EventCondition();
  }
  std::string SeverityCondition() {
    return random_.OneIn(6) ? conditions_.RecentAtom() : FiringCondition();
  }

  // title severity tags
  void AddHead(Texts* clauses) {
    clauses->push_back("title " + TextWithBraces());
    const int cases = random_.OneIn(3) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < cases; ++i) {
      clauses->push_back("severity " + Severity() + " when " +
                         SeverityCondition());
    }
    clauses->push_back("severity " + random_.Of(Texts{"info", "low", "low",
                                                      "medium", "high"}));
    if (random_.OneIn(3)) {
      clauses->push_back("tags " +
                         random_.Of(Texts{"\"x\"", "\"Loud\", \"y\""}));
    }
  }

  // on where exclude
  void AddFilter(Texts* clauses) {
    if (form_.kind != WhenForm::Kind::kSequence) {
      form_.takes_alerts = random_.OneIn(10);
      clauses->push_back(
          "on " + (form_.takes_alerts
                       ? random_.Of(Texts{"alert", "alert", "alert, authz"})
                       : random_.Of(Texts{"any", "authn", "authn, authz",
                                          "authn, config, authz"})));
    }
    if (random_.OneIn(2)) {
      clauses->push_back(
          "where " + (form_.takes_alerts && random_.OneIn(2)
                          ? AlertAtom()
                          : conditions_.FilterCondition()));
    }
    const int excludes = random_.OneIn(3) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < excludes; ++i) {
      const std::string label = "l" + std::to_string(i) + ": ";
      clauses->push_back("exclude " + random_.Of(Texts{"", label}) +
                         (random_.OneIn(8) ? conditions_.RecentAtom()
                                           : conditions_.Atom()));
    }
  }

  // Of an event that is an alert.
  std::string AlertAtom() {
    return random_.Of(Texts{"rule == \"r3\"", "rule != \"ALPHA\"",
                            "rule_tags has \"x\"", "severity >= medium",
                            "state == open", "state in [update, resolved]",
                            "not muted", "held", "not held and not muted",
                            "alert_count >= 2", "user == \"a\"",
                            "exists(attr.k)"});
  }

  // mute limit
  void AddSilences(Texts* clauses) {
    const int mutes = random_.OneIn(3) ? random_.Between(1, 2) : 0;
    for (int i = 0; i < mutes; ++i) clauses->push_back(Mute(/*policy=*/false));
    const int limits = random_.OneIn(2) ? random_.Between(1, 3) : 0;
    for (int i = 0; i < limits; ++i) {
      clauses->push_back(Limit(/*policy=*/false));
    }
  }

  void AddEscalations(Texts* clauses) {
    const int escalations = random_.Between(1, 2);
    for (int i = 0; i < escalations; ++i) {
      clauses->push_back(
          "escalate " + random_.Of(Texts{"medium", "high", "critical"}) +
          " when " +
          (form_.windowed() && random_.OneIn(2)
               ? conditions_.Aggregate() + " >= " +
                     conditions_.Number(2, random_.OneIn(4) ? 40 : 5)
               : FiringCondition()));
    }
  }

  Random random_;
  Conditions conditions_;
  Whens whens_;
  WhenForm form_;  // of the rule that is being written
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
