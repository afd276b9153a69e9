#!/bin/bash
# tune: its curve against replays, its products, and what it refuses.
source "$(dirname "$0")/lib.sh"

# Bursts of three users over twelve days: ana in nines, bob in fours, and eve in
# twos.
log() {
  local day user size
  for day in {05..16}; do
    for user in "ana 9" "bob 4" "eve 2"; do
      size=${user#* }
      for ((i = 0; i < size; ++i)); do
        printf '{"time":"2026-01-%sT10:00:%02dZ","kind":"authz","outcome":"failure","user":"%s"}\n' \
          "$day" "$i" "${user% *}"
      done
    done
  done
}
log >log.json

mkdir limited
sed 's/^  alert/  limit    1 per 2d by user\n  alert/' rules/burst.mqw >limited/burst.mqw

# --- the curve equals replays
run 0 tune -r limited --rule burst --thresholds 2..10 --windows 2s,5m \
  --out json:curve.json --out html:page.html log.json
cp out summary
is_empty err 'tune'
for window in 2s 5m; do
  for n in 2 3 4 9 10; do
    mkdir -p variant
    sed "s/count() >= 3 in 5m/count() >= $n in $window/" limited/burst.mqw \
      >variant/burst.mqw
    run 0 replay -r variant --out jsonl:variant/alerts --stats variant/stats log.json
    fired=$(grep -o '"fired":[0-9]*' variant/stats | head -1)
    sent=$(grep -o '"sent":[0-9]*' variant/stats | head -1)
    has curve.json "{\"threshold\":$n,$fired,$sent,\"per_day\":" "$n in $window"
  done
done
has curve.json '"schema":"mqwarden.tune.v1"' 'the JSON'
has curve.json '{"window":"2s","thresholds":[{"threshold":2,' 'the JSON'
has curve.json '{"group":"user: eve","highest_threshold":2}' 'near misses'
has summary '2  user: eve' 'near misses'
has summary 'as written' 'the summary'
has summary '+  when     count() >= 5 in 5m' 'the patch'
command=$(grep -m1 -F 'mqwarden tune -r limited' summary)
has summary 'mqwarden tune -r limited --rule burst log.json --thresholds 5..5' 'the command'

# The command gives the figures again, and its patch is one.
run 0 ${command#*mqwarden } --out json:-
wanted=$(grep -o '{"threshold":5,[^}]*}' curve.json | tail -1)
has out "$wanted" 'the command'
if command -v patch >/dev/null; then
  sed -n '/^Suggestion: Threshold 5/,/^$/s/^    //p' summary >patch
  patch -s -p0 <patch || fail 'the patch does not apply'
  has limited/burst.mqw 'count() >= 5 in 5m' 'the patch'
  run 0 check limited
fi

# --- the page stands alone
has page.html "default-src 'none'" 'the page'
[[ $(grep -c '<script' page.html) == 1 ]] || fail 'the page has other scripts'
has_not page.html 'http:' 'the page'
has_not page.html 'https:' 'the page'
has_not page.html ' style=' 'the page'
# The hash, as a policy gives it, of what stands between the tags $1.
hash_of() {
  local -r hex=$(sed -n "/<$1>/,/<\/$1>/p" page.html |
    sed -e "s/.*<$1>//" -e "s/<\/$1>.*//" | head -c -1 | sha256sum)
  printf "$(sed 's/ .*//; s/../\\x&/g' <<<"$hex")" | base64
}
has page.html "style-src 'sha256-$(hash_of style)'" 'the hash of the style'
has page.html "script-src 'sha256-$(hash_of script)'" 'the hash of the script'

# --- a param; `..` with one number; several inputs, in any order
cat >param.mqw <<'PARAM'
param most = 3
rule burst {
  title    "Burst"
  severity high
  on       authz
  by       user
  when     count() >= most in 5m
}
PARAM
run 0 tune -r param.mqw --rule burst --param most=2..10 --out json:- log.json
cp out by_param
run 0 tune -r param.mqw --rule burst --thresholds 2..10 --out json:- log.json
has out '{"threshold":4,"fired":24,"sent":24,' 'a threshold that is a param'
has by_param '{"threshold":4,"fired":24,"sent":24,' '--param'
head -50 log.json >a.json
tail -n +51 log.json >b.json
run 0 tune -r rules --rule burst --thresholds 4 --out json:- a.json b.json
cp out one
run 0 tune -r rules --rule burst --thresholds 4 --out json:- b.json a.json
sed 's/[ab]\.json [ab]\.json//' one >one.cut
sed 's/[ab]\.json [ab]\.json//' out >out.cut
same one.cut out.cut 'the order of inputs'

# --- labels
printf 'from,to,user\n2026-01-06T00:00:00Z,2026-01-07T00:00:00Z,bob\n' >labels.csv
run 0 tune -r rules --rule burst --thresholds 2..10 --labels labels.csv log.json
has out 'finds 1 of 1 labelled true positives' '--labels'
has_not out 'Threshold 5' '--labels'
run 3 tune -r rules --rule burst --thresholds 2..10 --labels log.json log.json
has err 'of the labels: ' 'labels that are none'

# --- refusals
refused() {
  local wanted=$1 text=$2
  shift 2
  run "$wanted" tune "$@"
  has err "$text" "tune $*"
  is_empty out "tune $*"
}
refused 3 'no rule brust; there are: burst' -r rules --rule brust --thresholds 1..3 log.json
refused 3 '--thresholds A..B or --param' -r rules --rule burst log.json
refused 3 'is no range such as 5..20' -r rules --rule burst --thresholds 9..3 log.json
refused 3 'is no range such as 5..20' -r rules --rule burst --thresholds many log.json
refused 3 'is no list such as 1m,5m,1h' -r rules --rule burst --thresholds 1..3 --windows 5m,, log.json
refused 3 'no param most' -r rules --rule burst --param most=1..3 log.json
refused 3 'is not NAME=A..B' -r rules --rule burst --param most log.json
refused 3 'brings a range of its own' -r param.mqw --rule burst --param most=1..3 --thresholds 2..4 log.json
refused 3 'are more than 1000' -r rules --rule burst --thresholds 1..9999999999 log.json
refused 3 'is not json:PATH or html:PATH' -r rules --rule burst --thresholds 1..3 --out csv:x log.json
refused 3 'no_such.json' -r rules --rule burst --thresholds 1..3 no_such.json
refused 3 'threshold 0' -r rules --rule burst --thresholds 0..3 log.json
sed 's/count() >= 3/(count() >= 3 and distinct(object) >= 2)/' rules/burst.mqw |
  sed '/test "/,$d' >several.mqw
echo '}' >>several.mqw
refused 3 'several thresholds: `count() >= 3`, `distinct(object) >= 2`' \
  -r several.mqw --rule burst --thresholds 1..3 log.json
printf 'rule each { title "T" severity low on authz }\n' >each.mqw
refused 3 'rule each has no window and no threshold' -r each.mqw --rule each --thresholds 1..3 log.json
echo 'rule bad {' >bad.mqw
refused 2 'error[' -r bad.mqw --rule bad --thresholds 1..3 log.json

# --- damaged input is said, and the result written
(cat log.json && for i in {1..9}; do echo '{"time":'; done) >damaged.json
run 4 tune -r rules --rule burst --thresholds 3..4 --out json:- damaged.json
has out '{"threshold":4,"fired":24,"sent":24,' 'damaged input'
has err 'damaged.json' 'damaged input'

# --- text of events stays text
sed 's/"user":"ana"/"user":"<img src=x>\\u001b[31m"/' log.json >hostile.json
run 0 tune -r rules --rule burst --thresholds 2..9 --out html:page.html hostile.json
has page.html '&lt;img src=x&gt;' 'the page'
has_not page.html '<img' 'the page'
has_not page.html $'\x1b' 'the page'
has_not out $'\x1b' 'the summary'

finish
