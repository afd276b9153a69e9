#include "mqwarden/tests/oracle/random_when.h"

#include <string>

namespace mqwarden::oracle {

WhenForm Whens::Draw() {
  WhenForm form;
  switch (random_.Below(16)) {
    case 0:
    case 1:
    case 2:
      if (!random_.OneIn(4)) form.clauses = {"by " + By(/*each=*/true)};
      break;
    case 3:
    case 4:
      Closing(&form);
      break;
    case 5:
    case 6:
      Seen(&form);
      break;
    case 7:
      Absent(&form);
      break;
    case 8:
    case 9:
    case 10:
    case 11:
      Sequence(&form);
      break;
    default:
      Sliding(&form);
  }
  return form;
}

std::string Whens::ByPart(bool each) {
  if (each && random_.OneIn(8)) return random_.Of(Texts{"each tags",
                                                        "each tags?"});
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

std::string Whens::By(bool each) {
  std::string text = ByPart(each);
  if (random_.OneIn(3)) {
    const std::string second = ByPart(/*each=*/false);
    const auto name = [](const std::string& part) {
      return part.substr(0, part.find_first_of(" ?("));
    };
    if (name(second) != name(text)) text += ", " + second;
  }
  return text;
}

void Whens::Sliding(WhenForm* form) {
  form->kind = WhenForm::Kind::kSliding;
  if (!random_.OneIn(4)) {
    form->clauses.push_back("by " + By(/*each=*/true));
  }
  if (random_.OneIn(8)) {
    // `rise below A`: one comparison of one aggregate with a constant.
    const int n = random_.Between(2, 4);
    form->clauses.push_back(
        "when " +
        random_.Of(Texts{"count()", "distinct(user)", "avg(length(user))",
                         "sum(length(object))", "max(length(user))",
                         "count(" + conditions_.EventCondition() + ")"}) +
        " >= " + std::to_string(n) + " in " + conditions_.Period());
    form->clauses.push_back("refire rise below " +
                            std::to_string(random_.Between(1, n - 1)));
    return;
  }
  form->clauses.push_back("when " + conditions_.WindowCondition() + " in " +
                          conditions_.Period());
  const std::string refire =
      random_.Of(Texts{"", "", "", "rise", "each", "reset",
                       "every " + conditions_.Period()});
  if (!refire.empty()) form->clauses.push_back("refire " + refire);
}

void Whens::Closing(WhenForm* form) {
  form->kind = WhenForm::Kind::kClosing;
  if (!random_.OneIn(4)) {
    form->clauses.push_back("by " + By(/*each=*/true));
  }
  form->clauses.push_back("when " + conditions_.WindowCondition() + " in " +
                          conditions_.Period() +
                          random_.Of(Texts{" tumbling", " session"}));
}

void Whens::Seen(WhenForm* form) {
  form->kind = WhenForm::Kind::kSeen;
  if (!random_.OneIn(3)) {
    form->clauses.push_back("by " + By(/*each=*/false));
  }
  const std::string tuple = random_.Of(
      Texts{"user", "user, qmgr?", "source_ip?", "object, user?",
            "p = pattern(object, groups)", "l = lower(user)?, outcome?",
            "correlation", "attr.zone?"});
  std::string text =
      random_.OneIn(2) ? "when new (" + tuple + ")"
                       : "when rare (" + tuple + ") < " +
                             conditions_.Number(1, 4);
  text += " in " + conditions_.Period();
  if (random_.OneIn(2)) text += " learn " + conditions_.Period();
  form->clauses.push_back(text);
}

void Whens::Absent(WhenForm* form) {
  form->kind = WhenForm::Kind::kAbsent;
  form->clauses.push_back(
      "by " + random_.Of(Texts{"qmgr from watched", "user from staff",
                               "user from people",
                               "qmgr from [\"QM1\", \"qm2\", \"Qm1\"]"}));
  form->clauses.push_back("when absent " + conditions_.Period());
}

std::string Whens::Kinds(bool may_be_alert, WhenForm* form) {
  if (may_be_alert && random_.OneIn(24)) {
    form->takes_alerts = true;
    return "alert";
  }
  return random_.Of(Texts{"authn", "authn", "authz", "config", "any",
                          "authn, authz", "authz, config"});
}

std::string Whens::StepCondition(const Texts& labels) {
  if (labels.empty() || random_.OneIn(2)) return conditions_.FilterCondition();
  const std::string& step = random_.Of(labels);
  const auto of_step = [&] {
    return random_.Of(Texts{
        "user == " + step + ".user", "user != " + step + ".user",
        "object == " + step + ".object", "object like " + step + ".object",
        "reason >= " + step + ".reason", "outcome != " + step + ".outcome",
        "correlation == " + step + ".correlation",
        "source_ip == " + step + ".source_ip", step + ".outcome == failure",
        "client_user == " + step + ".user", "tags has " + step + ".user",
        "attr.zone == " + step + ".attr.zone",
        "duration > " + step + ".duration"});
  };
  switch (random_.Below(4)) {
    case 0:
      return of_step() + " and (" + conditions_.Atom() + ")";
    case 1:
      return of_step() + " or (" + conditions_.Atom() + ")";
    default:
      return of_step();
  }
}

void Whens::Sequence(WhenForm* form) {
  form->kind = WhenForm::Kind::kSequence;
  if (!random_.OneIn(4)) {
    form->clauses.push_back(
        "by " + (random_.OneIn(6)
                     ? "k = authn.user | authz.client_user"
                     : By(/*each=*/true)));
  }
  std::string text = "when sequence in " + conditions_.Period() + " {";
  const int steps = random_.Between(1, 3);
  int events = 0;
  for (int i = 0; i < steps; ++i) {
    const std::string label = std::string("s") + std::to_string(i);
    if (i > 0 && random_.OneIn(4)) {
      text += "\n    missing " + Kinds(false, form) + " where " +
              StepCondition(form->labels);
    }
    text += "\n    " + label + ": ";
    const int count = events < 3 && random_.OneIn(3) ? random_.Between(2, 3) : 1;
    events += count;
    if (count > 1) text += std::to_string(count) + " x ";
    text += Kinds(true, form);
    if (!random_.OneIn(3)) text += " where " + StepCondition(form->labels);
    form->labels.push_back(label);
  }
  if (steps == 1 || random_.OneIn(3)) {
    text += "\n    missing " + Kinds(false, form);
    if (!random_.OneIn(4)) text += " where " + StepCondition(form->labels);
  }
  form->clauses.push_back(text + "\n  }");
}

}  // namespace mqwarden::oracle
