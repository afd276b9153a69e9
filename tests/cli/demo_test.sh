#!/bin/bash
# demo: what it writes is good, always the same, and finds its attacks.
source "$(dirname "$0")/lib.sh"

run 0 demo site
lines out 5 'the files'
has out 'site/rules/demo.mqw' 'the files'
run 0 demo other
diff -r site other >/dev/null || fail 'two demos differ'
cp -r site before
run 3 demo site
has err 'is there already' 'a demo over another'
is_empty out 'a demo over another'
mkdir -p partly
echo mine >partly/labels.csv
run 3 demo partly
has err 'partly/labels.csv is there already' 'a file in the way'
[[ $(ls partly) == labels.csv ]] || fail 'a refused demo wrote something'
diff -r site before >/dev/null || fail 'a refused demo changed something'
run 3 demo
echo >file
run 3 demo file/below

cd site || exit 1
run 0 check rules
has out '0 errors, 0 warnings' 'lint of the demo'
run 0 test rules
run 0 fmt --check rules
is_empty out 'the layout of the demo'
mkdir changed
cp rules/inventory.csv changed
sed 's/count() >= 10/count() >= 15/' rules/demo.mqw >changed/demo.mqw
run 1 diff rules changed events.ndjson --exit-code
has out '5 gone, 0 new, 1 moved' 'the difference that README.md shows'
explain=$(grep -o 'explain .*' README.md)
run 0 $explain
has out 'distinct(object) >= 10: distinct(object) is 9' 'the explanation that README.md shows'
run 0 replay -r rules events.ndjson
cp out ../alerts
cd ..
grep -F '"rule":"queue_probe"' alerts >probe
lines probe 1 'the first attack'
has probe '"user":"svcweb","source_ip":"203.0.113.66"' 'the first attack'
has probe '"time":"2026-01-07T02:15:30' 'the first attack'
grep -F '"rule":"password_spray"' alerts >spray
lines spray 1 'the second attack'
has spray '"source_ip":"198.51.100.23"' 'the second attack'
has spray '"time":"2026-01-09T23:42:40' 'the second attack'
grep -F '"user":"svcbatch"' alerts >batch
lines batch 5 'the batch job'
has_not alerts 'LAB1' 'the lab'
has site/labels.csv 'queue_probe;refusals,svcweb,,' 'the labels'
has site/labels.csv 'password_spray,,198.51.100.23,' 'the labels'

finish
