#!/bin/bash
# The shipped rules over attacks and over a quiet day, by the command line.
#
# scenarios/NAME.ndjson holds the events of one attack, normalized or as amqsevt
# prints them; scenarios/NAME.expected every alert that the whole pack raises over
# them, whichever rule it comes from. Together the scenarios fire every rule. Over
# the quiet day nothing fires, though its near misses are one event away: with the
# thresholds one lower it does.
set -euo pipefail

mqwarden=$1
quiet_day=$2
pack=rules/pack
here=tests/pack
work=$TEST_TMPDIR

fail() {
  echo "$*" >&2
  failures=$((failures + 1))
}
failures=0

# The alerts of the pack, with further rules $2..., over the events of $1.
alerts_over() {
  local events=$1
  shift
  "$mqwarden" replay -r "$pack" "$@" --no-progress --max-bad 0 \
    --stats "$work/stats.json" --out "jsonl:$work/alerts.jsonl" "$events"
  sed -E -f "$here/alerts.sed" "$work/alerts.jsonl"
}

# --- Each scenario raises what it says, and no more ---

scenarios=0
: >"$work/all_alerts"
for events in "$here"/scenarios/*.ndjson; do
  scenarios=$((scenarios + 1))
  grep -v '^#' "${events%.ndjson}.expected" >"$work/expected"
  alerts_over "$events" >"$work/got"
  diff -u --label "expected of $events" --label got "$work/expected" "$work/got" ||
    fail "$events: not the alerts that it says"
  cat "$work/got" >>"$work/all_alerts"
done
((scenarios == $(find -L "$here/scenarios" -name '*.expected' | wc -l))) ||
  fail "an expectation without events"

# --- Together they fire every rule ---

"$mqwarden" list "$pack" | awk '$2 != "report" { print $1 }' | sort >"$work/rules"
awk '$3 == "open" { print $4 }' "$work/all_alerts" | sort -u >"$work/fired"
(($(wc -l <"$work/rules") >= 29)) || fail "fewer rules than the pack must have"
diff -u --label "rules of the pack" --label "rules that fired" \
  "$work/rules" "$work/fired" || fail "a rule that no scenario fires"

# --- A quiet day raises nothing ---

"$quiet_day" >"$work/quiet.ndjson"
events=$(wc -l <"$work/quiet.ndjson")
((events >= 50000)) || fail "a day of $events events is too quiet to show anything"
alerts_over "$work/quiet.ndjson" >"$work/got"
[[ ! -s $work/got ]] || {
  cat "$work/got" >&2
  fail "the quiet day raised alerts"
}
grep -q "\"read\":$events,\"normalized\":$events," "$work/stats.json" ||
  fail "not every event of the quiet day was read"

# --- and it is quiet by one event ---

cat >"$work/nervous.mqw" <<'RULES'
override param brute_force_count       = 9
override param shared_force_count      = 90
override param guess_count             = 4
override param flood_count             = 2
override param tls_failure_count       = 4
override param queue_burst_count       = 9
override param open_refused_count      = 4
override param scanned_objects         = 9
override param system_queue_count      = 2
override param ibmi_failure_count      = 4
override param failures_before_success = 4
override param blocks_after_change     = 2
RULES
alerts_over "$work/quiet.ndjson" -r "$work/nervous.mqw" |
  awk '{ print $4 }' | sort -u >"$work/got"
diff -u --label "rules that a lower threshold wakes" --label got - "$work/got" <<'NAMES' ||
chlauth_change_did_not_help
connection_flood
failures_then_success
ibmi_authority_failures
password_guessing
prod_open_refused
queue_name_scan
queue_refused_burst
shared_host_brute_force
svrconn_brute_force
system_queue_refused
tls_failures
NAMES
  fail "the near misses of the quiet day are not one event away"

echo "$scenarios scenarios, $(wc -l <"$work/fired") rules, $events quiet events"
((failures == 0))
