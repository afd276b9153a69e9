#!/bin/bash
# run: live over files and standard input, killed and gone on with, its state, its
# signals, its exit codes.
source "$(dirname "$0")/lib.sh"

# Waits until the file named first has the text.
await() {
  for _ in $(seq 300); do
    grep -qsF -e "$2" "$1" && return
    sleep 0.1
  done
  fail "no \`$2\` in $1 within 30 s: $(head -c 500 "$1") $(head -c 500 live.err)"
}
start() {
  "$mqwarden" run "$@" >live.out 2>live.err </dev/null &
  live=$!
}
# The run ends with the code.
ends() {
  wait "$live"
  local code=$?
  ((code == $1)) || fail "$2: exit $code, not $1: $(head -c 500 live.err)"
}

{ for i in 0 1 2 3; do event "09:0$i:00" ana; done; event 09:04:00 bob; } >log.json
run 0 replay -r rules log.json
cp out expected

# --- standard input to its end is a replay
input=log.json run 0 run -r rules -
same out expected 'standard input'
run 0 run -r rules --check-config log.json
is_empty out '--check-config'

# --- usage
mkdir -p empty
run 2 run -r empty log.json
run 3 run -r rules
run 3 run -r rules nowhere.json
run 3 run -r rules --source x log.json
run 3 run -r rules --source x=bogus:1
has err 'none of file, fifo, stdin, unix, unix-stream, udp, tcp' 'the kinds of sources'
run 3 run -r rules --memory 1KiB log.json
run 3 run -r rules --out syslog:udp:127.0.0.1:5140 log.json
has err 'needs --state' 'an outbox without a state'

# --- damaged input, judged when all of it has come to its end
{ cat log.json; echo '{"time":"2026-'; } >bad.json
input=bad.json run 4 run -r rules -
same out expected 'the result of damaged input'
input=bad.json run 0 run -r rules --max-bad 50% -

# --- compressed files are history: read to their end
gzip -k log.json
run 0 run -r rules log.json.gz
same out expected 'a compressed file'
head -c 60 log.json.gz >half.json.gz
run 4 run -r rules half.json.gz

# --- what it says of itself as JSON
input=log.json run 0 run -r rules --log json -
has err '"level":"info","event":"started"' 'the start'
has err '"event":"stopped"' 'the end'
run 3 run -r rules --log json --state nowhere/state log.json
has err '"level":"error","event":"failed"' 'a failure'

# --- INT ends it with 130, TERM within a second
cp log.json grows.json
start -r rules --state state --out jsonl:alerts grows.json
await alerts ana
kill -INT "$live"
ends 130 'INT'
rm -f state* alerts

# --- followed, stopped, gone on with
cp log.json grows.json
start -r rules --state state --out jsonl:alerts --stats stats grows.json
await alerts ana
kill -TERM "$live"
ends 0 'TERM'
has stats '"normalized":5' 'statistics'
event 09:05:00 bob >>grows.json
printf '%s' "$(event 09:06:00 bob)" | head -c 40 >>grows.json
start -r rules --state state --out jsonl:alerts grows.json
sleep 1
kill -9 "$live"
wait "$live" 2>/dev/null
printf '%s\n' "$(event 09:06:00 bob | tail -c +41)" >>grows.json
start -r rules --state state --out jsonl:alerts grows.json
await alerts bob
kill -TERM "$live"
ends 0 'TERM after kill -9'
run 0 replay -r rules grows.json
same alerts out 'two alerts, each once'

# --- a damaged state
printf x | dd of=state bs=1 seek=70 conv=notrunc 2>/dev/null
start -r rules --state state --out jsonl:alerts grows.json
await live.err 'state.1'
has live.err 'damaged' 'the damaged file is named'
await alerts 'T09:06:00'
kill -TERM "$live"
ends 0 'with the generation before'
same alerts out 'the generation before makes nothing twice'
for file in state state.1; do echo rubbish >"$file"; done
run 3 run -r rules --state state --out jsonl:alerts grows.json
has err 'damaged' 'no usable generation'

# --- other rules on HUP; a bad file changes nothing
rm -f state* alerts
mkdir -p site
cp rules/burst.mqw site/
event 09:00:00 eve >one.json
start -r site --state state --out jsonl:alerts one.json
await state MQWSTATE
echo 'rule broken {' >site/more.mqw
kill -HUP "$live"
await live.err 'the rules stay as they are'
echo 'rule any { title "any" severity low on authz }' >site/more.mqw
kill -HUP "$live"
await live.err 'rules read again: 2 rules'
event 09:00:30 eve >>one.json
await alerts '"rule":"any"'
kill -TERM "$live"
ends 0 'HUP'
lines alerts 1 'the first event is of the old rules'
kill -0 "$live" 2>/dev/null && kill -9 "$live"

finish
