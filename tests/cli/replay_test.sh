#!/bin/bash
# replay and normalize: outputs, inputs, faults, exit codes.
source "$(dirname "$0")/lib.sh"

{ for i in 0 1 2 3; do event "09:0$i:00" ana; done; event 09:04:00 bob; } >log.json

# Three events of zoe, as `event` prints them.
zstd_log='KLUv/WAXAP0CAKKFExhgr8Z8jI8WtGzBU3WMDuYqkvDLCAAFcQKuAdetMH7PJppmQ1n9npCqs+Gs
UEwYqdAqZ1cOrcnvRYrPbGT37T5iD2GDtsHg1v2GUaRbAQQAAVBJmC7BAB5NQUEB'

# --- the product
run 0 replay -r rules log.json
lines out 1 'NDJSON'
has out '"schema":"mqwarden.alert.v1"' 'NDJSON'
has out '"rule":"burst"' 'NDJSON'
has out '"time":"2026-01-05T09:02:00.000000000Z"' 'NDJSON'
has out '"group":{"user":"ana"}' 'NDJSON'
has out '"count":3' 'NDJSON'
is_empty err 'NDJSON'
cp out alerts.jsonl

run 0 replay -r rules log.json --out jsonl:-
same out alerts.jsonl '--out jsonl:-'
run 0 replay -r rules log.json --out jsonl:one.jsonl --out text:one.txt
is_empty out 'two files'
same one.jsonl alerts.jsonl '--out jsonl:FILE'
has one.txt '3 refusals of ana' '--out text:FILE'
run 0 replay -r rules log.json --out text:-
has out 'HIGH Three refusals in five minutes' '--out text:-'
for out in cef:- jsonl jsonl: nonsense:x; do
  run 3 replay -r rules log.json --out "$out"
  lines err 1 "--out $out"
done
run 3 replay -r rules log.json --out jsonl:no/such/folder
cp log.json kept.json
run 3 replay -r rules nowhere.json --out jsonl:kept.json
same log.json kept.json 'an output is cut before the input was looked at'

# --- what it costs
run 0 replay -r rules log.json --profile
same out alerts.jsonl '--profile changes the product'
has err 'finding the rules of an event' '--profile'
grep -qE '^burst +5 +5 +5 ' err || fail "--profile has no line of the rule: $(cat err)"

# --- rules: several -r, folders, none
mkdir -p more
sed 's/rule burst/rule again/; s/>= 3/>= 4/; s/x 3/x 4/; s/x 2/x 3/; s/2m/3m/' rules/burst.mqw >more/again.mqw
run 0 replay -r rules -r more/again.mqw log.json
lines out 2 'several -r'
mkdir empty
run 2 replay -r empty log.json
has err 'no rule found' 'an empty folder of rules'
is_empty out 'an empty folder of rules'
echo 'rule { }' >broken.mqw
run 2 replay -r broken.mqw log.json
has err 'broken.mqw:1:' 'rules that do not compile'
run 3 replay -r nowhere log.json
run 3 replay log.json
run 3 replay -r rules

# --- inputs: standard input, gzip, zstd, folders, order, chunks
input=log.json run 0 replay -r rules -
same out alerts.jsonl 'standard input'
gzip -k log.json
run 0 replay -r rules log.json.gz
same out alerts.jsonl 'gzip'
input=log.json.gz run 0 replay -r rules -
same out alerts.jsonl 'gzip on standard input'
base64 -d >alert.zst <<<"$zstd_log"
run 0 replay -r rules alert.zst
lines out 1 'zstd'
has out '"user":"zoe"' 'zstd'
{ head -c 100; sleep 0.1; cat; } <log.json | "$mqwarden" replay -r rules - >out
same out alerts.jsonl 'chunks'

mkdir logs
sed -n '1p;4p' log.json >logs/first.json
sed -n '2p;5p' log.json >logs/second.json
sed -n '3p' log.json >logs/third.json
run 0 replay -r rules logs/first.json logs/second.json logs/third.json
has out '"time":"2026-01-05T09:02:00.000000000Z"' 'three files'
cp out three.jsonl
run 0 replay -r rules logs/third.json logs/second.json logs/first.json
same out three.jsonl 'three files in another order'
run 0 replay -r rules logs
same out three.jsonl 'a folder'
mv logs/first.json logs/zz.json
run 0 replay -r rules logs
same out three.jsonl 'other names'
# The same events twice are twice as many.
sed -n '1,2p' log.json >twice.json
run 0 replay -r rules twice.json
is_empty out 'two events'
cp twice.json copy.json
run 0 replay -r rules twice.json copy.json
lines out 1 'a file and its copy'
mkdir nothing
run 3 replay -r rules nothing
run 3 replay -r rules nowhere.json
has err 'nowhere.json' 'a missing input'
lines err 1 'a missing input'
: >void.json
run 0 replay -r rules void.json
is_empty out 'an empty input'

# --- ranges
run 0 replay -r rules log.json --from 2026-01-05T09:01:00Z
has out '"time":"2026-01-05T09:03:00.000000000Z"' '--from'
run 0 replay -r rules log.json --to 2026-01-05T09:01:59Z
is_empty out '--to'
run 0 replay -r rules log.json --from 2026-01-05T09:00:00Z --to 2026-01-05T09:02:00Z
same out alerts.jsonl 'both ends belong to the range'
run 3 replay -r rules log.json --from yesterday
lines err 1 '--from yesterday'

# --- damage
{ sed -n '1,2p' log.json; printf 'nonsense \033[2J\n{"time":\n'; sed -n '3,$p' log.json; } >damaged.json
run 4 replay -r rules damaged.json
same out alerts.jsonl 'damaged records'
has err 'damaged.json: ' 'damaged records'
has err 'at byte ' 'damaged records'
has err '--max-bad' 'damaged records'
has_not err $'\033' 'damaged records'
run 0 replay -r rules damaged.json --max-bad 10
same out alerts.jsonl '--max-bad N'
run 0 replay -r rules damaged.json --max-bad 50%
run 4 replay -r rules damaged.json --max-bad 0
for bad in -1 101% x 1.5; do
  run 3 replay -r rules damaged.json "--max-bad=$bad"
done
head -c 100000 /dev/urandom >random
input=random run 4 replay -r rules -
is_empty out 'random bytes'
has err 'standard input: ' 'random bytes'
has err 'rejected' 'random bytes'
head -c 60 log.json.gz >cut.gz
run 4 replay -r rules cut.gz
has err 'cut.gz: gzip data ends too soon' 'a gzip file that is cut off'
{ echo '{"kind":"authz","outcome":"failure","user":"ana"}'; cat log.json; } >untimed.json
run 4 replay -r rules untimed.json
has err '1 record rejected: no_time (at byte 0' 'a record without a time'
same out alerts.jsonl 'a record without a time'
run 0 normalize untimed.json
lines out 6 'normalize keeps a record without a time'

# --- statistics and exit codes
run 0 replay -r rules log.json --stats stats.json
for text in '"events":{"read":5,"normalized":5,"rejected":{},"duplicates":0,"late":0}' \
  '"burst":{"matched":5,"excluded":0,"without_key":0,"fired":1,"muted":0,"limited":0,"sent":1,"undecided":0' \
  '"bytes":' '"seconds":' '"alerts_hash":"'; do
  has stats.json "$text" '--stats'
done
cut -d'"' -f2- stats.json | grep -o '"alerts_hash":"[0-9a-f]*"' >hash1
run 0 replay -r rules log.json.gz --stats stats.json
grep -o '"alerts_hash":"[0-9a-f]*"' stats.json >hash2
same hash1 hash2 'equal alerts have one hash'
run 4 replay -r rules untimed.json --stats stats.json
has stats.json '"read":6,"normalized":5,"rejected":{"no_time":1}' '--stats accounts for no_time'
run 1 replay -r rules log.json --fail-on-alert
same out alerts.jsonl '--fail-on-alert'
run 0 replay -r rules twice.json --fail-on-alert
run 0 replay -r rules -r more log.json --limit 1
lines out 1 '--limit'
has err '1 more alert left out' '--limit'
run 0 replay -r rules log.json --limit 0
is_empty out '--limit 0'

# --- options that change nothing here, and those that are refused
run 0 replay -r rules log.json -j 4 --tz Europe/London --lateness 5s --dedupe 0 \
  --date-order dmy --qsysopr-pattern 'a+' --ebcdic-ccsid 1047 --no-connections --no-progress
same out alerts.jsonl 'options without effect'
run 0 replay -r rules log.json --input-format ndjson
same out alerts.jsonl '--input-format ndjson'
run 4 replay -r rules log.json --input-format zos
has err 'rejected: wrong_format' '--input-format zos'
has err 'recognised as ndjson, but the input format is zos' '--input-format zos'
is_empty out '--input-format zos'
for option in '--tz=Mars/Olympus' '--tz=/etc/passwd' '--tz=+99' '--date-order=ydm' \
  '--qsysopr-pattern=(' '--from=2026'; do
  run 3 replay -r rules log.json "$option"
  lines err 1 "$option"
done
run 3 replay -r rules log.json --input-format nonsense
run 3 replay -r rules log.json -j 0
run 3 replay -r rules log.json --dedupe soon

# --- normalize
run 0 normalize log.json
lines out 5 'normalize'
cp out normalized.json
run 0 normalize normalized.json
same out normalized.json 'normalize of its own output'
run 0 replay -r rules normalized.json
same out alerts.jsonl 'normalized events replay alike'
run 4 normalize damaged.json
lines out 5 'normalize of damaged input'
run 3 normalize nowhere.json
run 0 normalize log.json --limit 2
lines out 2 'normalize --limit'

# --- normalize: every format, joined, in order, explained
cat >mqcci.csv <<'EOF'
2026/01/05 09:00:01.000001, CONN, Tag=ABCDEFGHIJKLMNOP, CD_QMgrName=QM1, CD_ChannelName=APP.SVRCONN, CD_ConnectionName=192.0.2.7, CD_RemoteUserIdentifier=ana,
2026/01/05 09:00:44.000001, DISC, Tag=ABCDEFGHIJKLMNOP, CD_QMgrName=QM1, Duration=43.000000,
EOF
cat >amqerr.json <<'EOF'
{"ibm_messageId":"AMQ8077W","ibm_datetime":"2026-01-05T09:00:02.500Z","ibm_serverName":"QM1","host":"h1","loglevel":"WARNING","ibm_commentInsert1":"ana","ibm_commentInsert2":"PAY.IN [queue]","ibm_commentInsert3":"put"}
EOF
cat >amqsevt.json <<'EOF'
{ "eventType" : { "value" : 44 }, "eventReason" : { "value" : 2035 },
  "eventCreation" : { "epoch" : 1767603602 },
  "eventData" : { "queueMgrName" : "QM1", "reasonQualifier" : "Open Not Authorized", "userIdentifier" : "ana", "queueName" : "PAY.IN" } }
{ "eventType" : { "value" : 43 }, "eventReason" : { "value" : 2368 }, "objectState" : "Before Change",
  "eventCreation" : { "epoch" : 1767603603 }, "correlationID" : "0A",
  "eventData" : { "eventQueueMgr" : "QM1", "objectType" : "Queue", "queueName" : "PAY.IN", "maxQueueDepth" : 5 } }
{ "eventType" : { "value" : 43 }, "eventReason" : { "value" : 2368 }, "objectState" : "After Change",
  "eventCreation" : { "epoch" : 1767603603 }, "correlationID" : "0A",
  "eventData" : { "eventQueueMgr" : "QM1", "objectType" : "Queue", "queueName" : "PAY.IN", "maxQueueDepth" : 9 } }
EOF
run 0 normalize mqcci.csv amqerr.json amqsevt.json
lines out 4 'normalize joins'
cp out joined.json
has err '1 event left out as the same fact' 'normalize joins'
has out '"source":"amqsevt","collector":"amqsevt:QM1","level":"warning"' 'the survivor knows what both know'
has out '"changes":["maxQueueDepth"]' 'the halves of a change'
has out '"old_maxQueueDepth":"5"' 'the halves of a change'
sed -n 4p joined.json >disc
has disc '"action":"disconnect"' 'the order is that of time'
has disc '"source_ip":"192.0.2.7","channel":"APP.SVRCONN"' 'the context of a connection'
run 0 normalize amqsevt.json mqcci.csv amqerr.json
same out joined.json 'the order of files does not show'
run 0 normalize mqcci.csv amqerr.json amqsevt.json --dedupe 0 --no-connections
lines out 5 'normalize --dedupe 0'
sed -n 5p out >disc
has_not disc '192.0.2.7' '--no-connections'
run 0 normalize joined.json
same out joined.json 'what is joined stays as it is'
run 0 normalize mqcci.csv --tz +01:00
has out '"time":"2026-01-05T08:00:01.000001Z","time_quality":"exact"' '--tz'
run 0 normalize --explain amqsevt.json --limit 1
has out 'amqsevt.json at byte 0' '--explain'
grep -q '  object  *PAY.IN  *<- queueName$' out || fail "--explain: $(cat out)"
grep -q '  source  *amqsevt  *(derived)$' out || fail "--explain: $(cat out)"
run 0 help normalize
has out '--explain' 'help of normalize'
has out '(derived)' 'help of normalize'
run 0 replay -r rules mqcci.csv amqerr.json amqsevt.json --stats stats.json
has stats.json '"duplicates":1' '--stats counts what was joined'
has stats.json '"changes_paired":1' '--stats counts what was joined'
has stats.json '"completed_from_connection":1' '--stats counts what was joined'
printf '<118>Jan  5 09:00:00 h1 app: words\n' >syslog
run 4 normalize syslog
has err 'no_year' 'a date without a year'
run 0 normalize syslog --from 2026-01-01T00:00:00Z
has out '"time":"2026-01-05T09:00:00Z","time_quality":"no_year"' '--from gives the year'

# --- an interrupt: what was read is replayed
mkfifo pipe
"$mqwarden" replay -r rules - <pipe >out 2>err &
process=$!
exec 9>pipe
cat log.json >&9
# Until it has taken SIGINT over, which it does just before it reads.
for ((i = 0; i < 600; i++)); do
  read -r _ caught < <(grep SigCgt "/proc/$process/status")
  ((16#${caught:-0} & 2)) && break
  sleep 0.1
done
sleep 1
kill -INT "$process"
wait "$process"
code=$?
exec 9>&-
((code == 130)) || fail "an interrupt exits $code"
same out alerts.jsonl 'the partial result of an interrupt'
has err 'interrupted' 'an interrupt'

# --- standard output that takes nothing more
if [[ -w /dev/full ]]; then
  "$mqwarden" replay -r rules log.json >/dev/full 2>err
  (($? == 3)) || fail 'a full disk does not exit 3'
  lines err 1 'a full disk'
fi
for i in {1..3000}; do cat log.json; done | sed 's/ana/u/' >long.json
"$mqwarden" normalize long.json 2>err | head -1 >out
((PIPESTATUS[0] == 3)) || fail 'a reader that goes away does not exit 3'
lines err 1 'a reader that goes away'

# --- the terminal
if command -v script >/dev/null; then
  script -qec "$mqwarden replay -r rules -r more log.json" /dev/null </dev/null >terminal 2>&1
  has terminal 'Three refusals in five minutes' 'alerts on a terminal'
  has terminal 'busiest hour' 'the summary table'
  has terminal '2026-01-05 09h (2)' 'the summary table'
  has terminal $'\x1b[' 'colour on a terminal'
  NO_COLOR=1 script -qec "$mqwarden replay -r rules log.json" /dev/null </dev/null >terminal 2>&1
  has_not terminal $'\x1b[' 'NO_COLOR'
  script -qec "$mqwarden replay -r rules log.json --out jsonl:-" /dev/null </dev/null >terminal 2>&1
  has_not terminal 'busiest hour' 'NDJSON on a terminal'
fi

finish
