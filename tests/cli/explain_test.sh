#!/bin/bash
# explain: codes, alerts, and a rule at an event.
source "$(dirname "$0")/lib.sh"

{ for i in 0 1 2; do event "09:0$i:00" ana; done; event 09:03:00 bob; } >log.json

# --- at an event
run 0 explain -r rules --rule burst --event 2 log.json
has out 'rule burst at event 2, 2026-01-05' 'an event short of the threshold'
has out ': not reached' 'an event short of the threshold'
has out 'short of      count() >= 3: count() is 2' 'the nearest miss'
has out 'window of user ana: 2 events' 'the window'
has out '  true   outcome == failure   (outcome is failure)' 'the tree of where'
run 0 explain -r rules --rule burst --event 3 log.json
has out ': sent' 'an event that fires'
has out 'alert         ' 'an event that fires'
run 0 replay -r rules log.json
id=$(grep -o '"id":"[0-9a-f]*"' out | cut -d'"' -f4)
cp out alerts.jsonl
run 0 explain -r rules --rule burst --event 3 log.json
has out "$id" 'the id of the alert'
input=log.json run 0 explain -r rules --rule burst --event 4 - --format json
has out '{"schema":"mqwarden.explanation.v1","rule":"burst","event":4' 'JSON'
has out '"outcome":"not reached"' 'JSON'
has out '"condition":{"text":"count() >= 3","truth":false,"values":"count() is 1"}' 'JSON'
event 09:00:00 '\u001b[2J' >hostile.json
run 0 explain -r rules --rule burst --event 1 hostile.json
has_not out $'\033' 'hostile text'
has out '\x1b[2J' 'hostile text'


# --- an event that is no number
run 3 explain -r rules --rule burst --event 0 log.json
has err '--event: not a whole number of 1 or more: 0' 'event 0'
run 3 explain -r rules --rule burst --event x log.json
has err '--event: not a whole number of 1 or more: x' 'an event that is a word'

# --- a window of more events than are shown
for i in {10..34}; do event "09:01:$i" ana; done >many.json
run 0 explain -r rules --rule burst --event 25 many.json
has out 'window of user ana: 25 events' 'a large window'
has out '    ... 5 events between them' 'a large window'
[[ $(grep -c '^    {"time"' out) == 20 ]] || fail 'not the first ten and the last'
run 0 explain -r rules --rule burst --event 25 many.json --format json
has out '"not_shown":5' 'a large window'

# --- an alert
run 0 explain --alert "$id" alerts.jsonl
has out 'open high: Three refusals in five minutes' 'an alert'
has out 'group         user ana' 'an alert'
run 0 explain --alert "$id" -r rules alerts.jsonl
has out 'burst: the rule as it made the alert' 'an alert and its rule'
has out 'when          count() >= 3 in 5m' 'an alert and its rule'
sed 's/>= 3/>= 4/' rules/burst.mqw >changed.mqw
run 0 explain --alert "$id" -r changed.mqw alerts.jsonl
has out 'the rule has changed' 'an alert of an older rule'
run 0 explain --alert "$id" alerts.jsonl --format json
has out '"rule":"burst"' 'an alert as JSON'
run 3 explain --alert 0123 alerts.jsonl
has err 'no alert 0123' 'an unknown id'

# --- usage
run 0 explain R0203
has out 'error[R0203]' 'a code'
run 3 explain R0203 R0204
run 3 explain --alert "$id"
run 3 explain --alert "$id" nowhere.jsonl
run 3 explain --alert "$id" --rule burst alerts.jsonl
run 3 explain -r rules --event 1 log.json
run 3 explain --rule burst --event 1 log.json
run 3 explain -r rules --rule burst log.json
run 3 explain -r rules --rule burst --event 1
run 3 explain -r rules --rule burst --event 0 log.json
run 3 explain -r rules --rule burst --event 5 log.json
has err 'there is no event 5: the input has 4' 'an event beyond the last'
run 3 explain -r rules --rule other --event 1 log.json
has err 'no rule other' 'an unknown rule'
echo 'rule { }' >broken.mqw
run 2 explain -r broken.mqw --rule burst --event 1 log.json
{ echo nonsense; cat log.json; } >damaged.json
run 4 explain -r rules --rule burst --event 1 damaged.json
has out 'not reached' 'damaged input'
run 0 explain --help
has out '--event' 'help'

finish
