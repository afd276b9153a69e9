#include "mqwarden/tests/oracle/random_conditions.h"

#include <string>
#include <vector>

namespace mqwarden::oracle {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

std::string Conditions::Number(int low, int high) {
  if (low <= 2 && high >= 2 && random_.OneIn(16)) return "two";
  return std::to_string(random_.Between(low, high));
}

std::string Conditions::Period() {
  if (random_.OneIn(16)) return "pause";
  if (random_.OneIn(10)) return random_.Of(Texts{"30s", "1m30s", "1h"});
  return random_.Of(Texts{"1s", "2s", "3s", "4s", "5s", "1500ms", "10s"});
}

std::string Conditions::Atom() {
  switch (random_.Below(10)) {
    case 0:
      return TimeAtom();
    case 1:
    case 2:
    case 3:
      return TextAtom();
    case 4:
    case 5:
    case 6:
      return ValueAtom();
    default:
      return DerivedAtom();
  }
}

std::string Conditions::Equality() {
  return random_.Of(Texts{" == ", " != "});
}

std::string Conditions::In() { return random_.Of(Texts{" in ", " not in "}); }

std::string Conditions::Not() { return random_.Of(Texts{"", "not "}); }

std::string Conditions::User() {
  if (random_.OneIn(8)) return "who";
  return Quoted(random_.Of(Texts{"a", "A", "b", "mqm"}));
}

// Texts and lists.
std::string Conditions::TextAtom() {
  switch (random_.Below(10)) {
    case 0:
    case 1:
      return "user" + Equality() + User();
    case 2:
      return "user" + In() + "[\"a\", " + User() + "]";
    case 3:
      return "user" + In() + random_.Of(Texts{"staff", "people"});
    case 4:
      return "user " + Not() + "like " +
             random_.Of(Texts{"\"A*\"", "\"?\"", "[\"m*\", \"B\"]", "staff"});
    case 5:
      return "user " + Not() + "matches " +
             random_.Of(Texts{"r\"^[AB]$\"", "r\"q\"", "[r\"M\", r\"^b\"]"});
    case 6:
      return "object " + Not() + "like " +
             random_.Of(Texts{"\"PAY.*\"", "\"*.q\"", "\"SYS.?\""});
    case 7:
      return "tags " + Not() + "has " +
             random_.Of(Texts{"\"lab\"", "\"PROD\"", "[\"X\", \"pci\"]",
                              "staff", "user"});
    case 8:
      return "correlation" + Equality() + random_.Of(Texts{"\"x\"", "\"X\""});
    default:
      return random_.Of(Texts{"tags like \"L*\"", "tags not matches r\"^l\"",
                              "attr.zone like \"E?\"",
                              "attr.zone matches r\"u$\"",
                              "correlation matches r\"x\"",
                              "correlation like [\"y*\", \"X\"]"});
  }
}

// Addresses, enums, numbers, booleans, times.
std::string Conditions::ValueAtom() {
  switch (random_.Below(12)) {
    case 0:
      return random_.Of(Texts{"exists(user)", "not exists(object)",
                              "exists(tags)", "exists(source_ip)"});
    case 1:
      return "source_ip" + Equality() +
             random_.Of(Texts{"\"10.0.0.1\"", "\"::ffff:10.0.0.2\"",
                              "\"2001:DB8:0::1\""});
    case 2:
      return "source_ip" + In() +
             random_.Of(Texts{"\"10.0.0.0/31\"", "nets",
                              "[\"10.0.0.1\", \"2001:db8::/64\"]"});
    case 3:
      return "outcome" + Equality() + random_.Of(Texts{"failure", "success"});
    case 4:
      return "outcome" + In() + "[failure, warned]";
    case 5:
      return "channel_type" + Equality() + random_.Of(Texts{"svrconn", "sdr"});
    case 6:
      return "reason" + random_.Of(Texts{" == ", " != ", " >= ", " < "}) +
             random_.Of(Texts{"MQRC_NOT_AUTHORIZED", "2059", "2100"});
    case 7:
      return "reason" + In() + random_.Of(Texts{"[2035, 2059]", "codes"});
    case 8:
      return random_.Of(Texts{"user_truncated", "not user_truncated",
                              "user_truncated == true",
                              "user_truncated != true",
                              "user_truncated == false", "is_admin_user",
                              "not is_system_object"});
    case 9:
      return "level" +
             random_.Of(Texts{" >= ", " < ", " == ", " != ", " > ", " <= "}) +
             random_.Of(Texts{"warning", "error"});
    case 10:
      return "time" + random_.Of(Texts{" >= ", " < ", " == "}) +
             random_.Of(Texts{"2026-01-05T09:00:05Z",
                              "2026-01-05T10:00:31.5+01:00"});
    default:
      return "duration" + random_.Of(Texts{" > ", " <= ", " == "}) +
             random_.Of(Texts{"1s", "1500ms"});
  }
}

// Times in calendars, and arithmetic.
std::string Conditions::TimeAtom() {
  return random_.Of(Texts{
      "time during office", "time not during office", "time during freeze",
      "time during [office, freeze]", "time not during freeze",
      "time during windows[qmgr]", "time not during windows[qmgr]",
      "time during spans", "reason - 2000 > 40", "length(user) * 2 >= 3",
      "duration / 2 > 600ms", "duration + 1s >= 2500ms",
      "reason / length(user) < 2035.5", "-attr.zone < 0"});
}

// "`where exclude mute severity` and sequence steps" may ask these.
std::string Conditions::RecentAtom() {
  return random_.Of(Texts{"refusals[user]", "not refusals[user]",
                          "pairs[user, qmgr]", "refusals[client_user]",
                          "not pairs[client_user, origin_qmgr]"});
}

std::string Conditions::FilterCondition() {
  if (!random_.OneIn(6)) return EventCondition();
  return random_.OneIn(2)
             ? RecentAtom()
             : "(" + Atom() + ")" + random_.Of(Texts{" and ", " or "}) +
                   RecentAtom();
}

// Attrs, look-ups and functions.
std::string Conditions::DerivedAtom() {
  switch (random_.Below(14)) {
    case 0:
      return "pattern(object, groups)" + Equality() +
             random_.Of(Texts{"\"pay\"", "\"rest\""});
    case 1:
      return "pattern(source_ip, sites)" + Equality() + "\"ten\"";
    case 2:
      return "attr.zone" + Equality() +
             random_.Of(Texts{"\"eu\"", "7", "12.5"});
    case 3:
      return "attr.zone" + random_.Of(Texts{" > ", " <= "}) + "7";
    case 4:
      return "owners[object].owner" + Equality() + "\"ops\"";
    case 5:
      return random_.Of(Texts{"exists(owners[object].owner)",
                              "teams[user, qmgr].team == \"t1\"",
                              "teams[user, qmgr].team != \"t2\""});
    case 6:
      return "coalesce(user, client_user)" + Equality() + User();
    case 7:
      return random_.Of(Texts{"length(user) >= 2", "length(tags) == 1",
                              "length(object) < 5"});
    case 8:
      return "network(source_ip, 24, 64)" + Equality() +
             random_.Of(Texts{"\"10.0.0.0/24\"", "\"2001:db8::/64\""});
    case 9:
      return random_.Of(Texts{"user == client_user", "qmgr != origin_qmgr",
                              "kind == authn", "kind in [authz, config]",
                              "lower(user) == \"a\""});
    case 10:
      return random_.Of(Texts{"attr.zone in [\"EU\", \"7\"]",
                              "attr.zone > -5", "attr.zone == 7.0",
                              "exists(attr.zone)", "attr.zone == \"\"",
                              "attr.zone != \"\""});
    case 11:
      return random_.Of(Texts{"length(user) > length(object)",
                              "reason > length(user)", "length(tags) < 2",
                              "length(lower(correlation)) == 2",
                              "coalesce(user, \"none\") == \"NONE\"",
                              "coalesce(correlation, \"z\") == \"X\"",
                              "coalesce(reason, 7) == 7"});
    case 12:
      return random_.Of(Texts{"coalesce(channel, source_ip)" + Equality() +
                                  "\"10.0.0.1\"",
                              "coalesce(channel, source_ip) == \"APP.1\"",
                              "coalesce(correlation, user) == \"x\"",
                              "lower(object) in [\"pay.in\", \"q\"]"});
    default:
      return random_.Of(Texts{"owners[lower(object)].owner == \"OPS\"",
                              "pattern(lower(object), groups) == \"PAY\"",
                              "owners[object].owner not in [\"ops\"]",
                              "correlation == user", "user != correlation",
                              "pattern(object, groups) == lower(object)"});
  }
}

std::string Conditions::Condition(int depth) {
  if (depth == 0 || random_.OneIn(3)) return Atom();
  const auto part = [&] {
    return random_.OneIn(2) ? Atom() : "(" + Condition(depth - 1) + ")";
  };
  switch (random_.Below(4)) {
    case 0:
      return "not " + part();
    case 1:
      return part() + " and " + part();
    case 2:
      return part() + " or " + part();
    default:
      return part() + " and " + part() + " or not " + part();
  }
}

std::string Conditions::EventCondition() {
  if (random_.OneIn(8)) return random_.Of(Texts{"refused", "not nested"});
  return Condition(random_.Between(0, 2));
}

std::string Conditions::Expression() {
  return random_.Of(Texts{
      "user", "source_ip", "outcome", "channel_type", "reason", "qmgr",
      "correlation", "user_truncated", "lower(user)",
      "pattern(object, groups)", "coalesce(user, client_user)",
      "network(source_ip, 24, 64)", "attr.zone", "owners[object].owner",
      "length(user)", "coalesce(channel, source_ip)", "is_admin_user",
      "duration", "time", "level", "coalesce(user, correlation)",
      "coalesce(user, \"none\")", "pattern(source_ip, sites)"});
}

}  // namespace mqwarden::oracle
