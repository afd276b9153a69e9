#!/bin/bash
# diff: the alerts of two rule sets on the same logs.
source "$(dirname "$0")/lib.sh"

{ for i in 0 1 2; do event "09:0$i:00" ana; done
  for i in 0 1 2 3; do event "10:0$i:00" bob; done; } >log.json
cp -r rules new
sed -i 's/>= 3/>= 4/' new/burst.mqw

# --- text
run 0 diff rules new log.json
has out '7 events from 2026-01-05' 'text'
has out ': 1 gone, 0 new, 1 moved, 0 same' 'text'
has out 'rule burst: 2 alerts -> 1: 1 gone, 0 new, 1 moved, 0 same' 'text'
has out '  when: count() >= 3 in 5m -> count() >= 4 in 5m' 'text'
has out '  fired 2 -> 1' 'text'
grep -qE '^    - 2026-01-05.09:02:00.* high  user ana  3 refusals of ana$' out || fail "a gone alert: $(cat out)"
grep -qE '^    ~ 2026-01-05.10:02:00.* -> 2026-01-05.10:03:00.* high  user bob  4 refusals of bob$' out ||
  fail "a moved alert: $(cat out)"
is_empty err 'text'
cp out text
cat log.json | input=/dev/stdin run 0 diff rules new -
same out text 'standard input'
run 0 diff rules new/burst.mqw log.json
same out text 'a file of rules'
run 0 diff rules new log.json --limit 0
has out '    - 1 more gone' '--limit 0'
has_not out 'of ana' '--limit 0'
run 0 diff rules rules log.json
has out '0 gone, 0 new, 0 moved, 2 same' 'no difference'
has out '1 rule alike' 'no difference'
sed 's/when     count/when   count/; s/"Three/"Three/' rules/burst.mqw >layout.mqw
run 0 diff rules layout.mqw log.json --exit-code
has out '1 rule alike' 'another layout'

# --- exit codes
run 1 diff rules new log.json --exit-code
same out text '--exit-code'
run 0 diff rules rules log.json --exit-code
run 3 diff rules new
run 3 diff rules
run 3 diff rules new nowhere.json
has err 'nowhere.json' 'a missing input'
is_empty out 'a missing input'
run 3 diff nowhere new log.json
run 3 diff rules new log.json --format html
run 3 diff rules new log.json --limit -1
mkdir empty
run 2 diff rules empty log.json
has err 'no rule found' 'a folder without rules'
echo 'rule { }' >broken.mqw
run 2 diff broken.mqw rules log.json
has err 'broken.mqw:1:' 'rules that do not compile'
run 2 diff rules broken.mqw log.json
{ echo nonsense; cat log.json; } >damaged.json
run 4 diff rules new damaged.json --exit-code
same out text 'damaged input'
run 1 diff rules new damaged.json --exit-code --max-bad 1

# --- JSON
run 0 diff rules new log.json --format json
lines out 1 'JSON'
has out '{"schema":"mqwarden.diff.v1","differs":true,"events":7,"counts":{"gone":1,"new":0,"moved":1,"altered":0,"same":0}' 'JSON'
has out '"causes":["when: count() >= 3 in 5m -> count() >= 4 in 5m"]' 'JSON'
has out '{"change":"gone","old":{"state":"open","severity":"high","time":"2026-01-05T09:02:00.000000000Z","count":3,"group":{"user":"ana"}' 'JSON'
has out '{"change":"moved","old":{"state":"open","severity":"high","time":"2026-01-05T10:02:00.000000000Z"' 'JSON'
run 0 diff rules rules log.json --format json
has out '"differs":false' 'JSON of no difference'

# --- Markdown, and what events put into it
run 1 diff rules new log.json --format markdown --exit-code
has out '### Alerts: 1 gone, 0 new, 1 moved, 0 same' 'Markdown'
has out '| burst | 2 | 1 | 1 | 0 | 1 | 0 |' 'Markdown'
has out '* `when: count() >= 3 in 5m -> count() >= 4 in 5m`' 'Markdown'
has out '| `user ana` | `3 refusals of ana` |' 'Markdown'
for i in 0 1 2; do
  event "09:0$i:00" '`<b>@all|[x](y)\n\u001b[2J'
done >hostile.json
run 0 diff rules new hostile.json --format markdown
has out '| `user '"'"'<b>@all\|[x](y)\x0a\x1b[2J` |' 'hostile text in Markdown'
has_not out $'\033' 'hostile text in Markdown'
run 0 diff rules new hostile.json
has_not out $'\033' 'hostile text'

run 0 diff --help
has out '--exit-code' 'help'
has out 'moved' 'help'

finish
