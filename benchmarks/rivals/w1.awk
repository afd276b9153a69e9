# The three rules of W1 by hand in gawk, with refire and limits. Prints for each
# rule the number of its alerts and the sum of their times in milliseconds.

function text_of(name,    at, rest) {
  at = index($0, "\"" name "\":\"")
  if (at == 0) return ""
  rest = substr($0, at + length(name) + 4)
  return substr(rest, 1, index(rest, "\"") - 1)
}

# Milliseconds; the log is of few days, whose start is computed once.
function time_of(text,    day) {
  day = substr(text, 1, 10)
  if (day != known_day) {
    known_day = day
    day_start = mktime(substr(day, 1, 4) " " substr(day, 6, 2) " " substr(day, 9, 2) " 0 0 0", 1) * 1000
  }
  return day_start + substr(text, 12, 2) * 3600000 + substr(text, 15, 2) * 60000 + \
         substr(text, 18, 2) * 1000 + (length(text) > 20 ? substr(text, 21, 3) : 0)
}

# One an hour for each user.
function send(rule, user, time,    key) {
  key = rule SUBSEP user
  if ((key in sent) && sent[key] > time - 3600000) return
  sent[key] = time
  ++alerts[rule]
  times[rule] += time
}

index($0, "\"lab\"") { next }

{
  kind = text_of("kind")
  if ((kind == "authz" || kind == "authn") && index($0, "\"reason\":2035,") &&
      text_of("channel_type") == "svrconn") {
    time = time_of(text_of("time"))
    address = text_of("source_ip")
    n = count[address]++
    # The ring of the last ten: times at n % 10.
    if (n < 10 || ring[address, n % 10] < time - 300000) armed[address] = 1
    ring[address, n % 10] = time
    if (n >= 9 && ring[address, (n + 1) % 10] > time - 300000 && armed[address]) {
      armed[address] = 0
      send(1, text_of("user"), time)
    }
  } else if (kind == "channel" && text_of("action") == "block" && text_of("channel") ~ /^PROD\..*\.SDR$/) {
    send(2, text_of("user"), time_of(text_of("time")))
  }
  if ((kind == "authn" || kind == "authz" || kind == "session") &&
      text_of("action") == "connect" && text_of("outcome") == "success" &&
      text_of("user") ~ /^bgadmin[1-5]$/) {
    send(3, text_of("user"), time_of(text_of("time")))
  }
}

END {
  for (rule = 1; rule <= 3; ++rule) printf "r%d %d %.0f\n", rule, alerts[rule], times[rule]
}
