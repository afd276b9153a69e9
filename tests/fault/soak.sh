#!/bin/bash
# A soak of the real program: events at a steady rate into a file that is followed and
# rotated, for as long as is asked. Prints memory, what was read and what waits over time,
# and at the end what was lost and the delay from the time of an event to its alert.
#
#   tools/bazel build -c opt //cli:mqwarden
#   tests/fault/soak.sh bazel-bin/cli/mqwarden [SECONDS=3600] [RATE=100000]
#
# Needs python3 and some RATE x 300 bytes x 120 s of disk. Two cores: one for the writer.
set -euo pipefail
program=$(realpath "$1")
seconds=${2:-3600}
rate=${3:-100000}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
cat >soak.mqw <<'RULES'
rule refused { title "refused" severity high on authz where outcome == failure
  by source_ip when count() >= 40 in 1m limit 1 per 10m by source_ip }
rule spread { title "spread" severity medium on authz by user
  when distinct(object) >= 400 in 10s limit 1 per 10m by user }
rule probe { title "probe" severity info on authz where user == "probe" }
RULES
: >events.ndjson

# The writer: RATE events a second in twenty pieces, a probe in each, which alerts on
# arrival; the file is renamed each minute and the one before the last is deleted.
cat >writer.py <<'WRITER'
import os, random, sys, time
seconds, rate = int(sys.argv[1]), int(sys.argv[2])
random.seed(1)
piece = rate // 20
bodies = ['"kind":"authz","outcome":"%s","qmgr":"QM%d","source_ip":"10.%d.%d.%d","user":"u%d","object":"PAY.Q%d","reason":%d}\n'
          % (("failure" if r == 2035 else "success"), random.randrange(9), random.randrange(40), random.randrange(256),
             random.randrange(200), random.randrange(20000), random.randrange(5000), r)
          for r in (2035 if random.random() < 0.08 else 0 for _ in range(50000))]
out = open("events.ndjson", "a", buffering=1 << 20)
start, written, rotated, at = time.time(), 0, 0, 0
for tick in range(seconds * 20):
    now = time.time()
    text = '{"time":%d,' % int(now * 1e9)
    at = (at + 7919) % 40000
    lines = bodies[at:at + piece] if piece <= 10000 else bodies[:piece]
    out.write("".join([text + body for body in lines]))
    out.write(text + '"kind":"authz","outcome":"success","qmgr":"QM1","user":"probe","object":"P","reason":0}\n')
    out.flush()
    written += len(lines) + 1
    if (tick + 1) % 1200 == 0:
        out.close(); rotated += 1
        os.rename("events.ndjson", "events.ndjson.%d" % rotated)
        out = open("events.ndjson", "a", buffering=1 << 20)
        if rotated > 1: os.unlink("events.ndjson.%d" % (rotated - 1))
    ahead = start + (tick + 1) / 20 - time.time()
    if ahead > 0: time.sleep(ahead)
out.close()
open("written", "w").write("%d %.1f" % (written, time.time() - start))
WRITER

# The reader of alerts: when a probe's alert can be read, less the time of its event.
cat >delays.py <<'DELAYS'
import json, os, sys, time
from datetime import datetime, timezone
delays, half = [], ""
while not os.path.exists("alerts"): time.sleep(0.01)
with open("alerts") as f:
    while not os.path.exists("stop"):
        text = half + f.read()
        now = time.time()
        lines = text.split("\n"); half = lines.pop()
        for line in lines:
            if '"rule":"probe"' not in line: continue
            stamp = json.loads(line)["time"]
            whole = datetime.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp()
            delays.append(now - whole - float("0." + stamp[20:29]))
        time.sleep(0.002)
delays.sort()
if delays:
    pick = lambda p: delays[min(len(delays) - 1, int(len(delays) * p))] * 1000
    print("delay of %d probes: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, longest %.1f ms"
          % (len(delays), pick(.5), pick(.99), pick(.999), delays[-1] * 1000))
DELAYS

"$program" run -r soak.mqw --state state --out jsonl:alerts --metrics-file metrics \
  --stats stats --late late events.ndjson 2>run.err &
run=$!
python3 delays.py &
delays=$!
python3 writer.py "$seconds" "$rate" &
writer=$!
metric() { awk -v name="$1" '$1 == name { print $2 }' metrics 2>/dev/null; }
printf '%8s %12s %14s %10s %8s %8s\n' seconds resident_KiB events waiting late keys_out
begin=$SECONDS
every=$((seconds / 60 > 5 ? seconds / 60 : 5))
while kill -0 "$writer" 2>/dev/null; do
  sleep "$every"
  printf '%8d %12s %14s %10s %8s %8s\n' $((SECONDS - begin)) \
    "$(awk '/VmRSS/ { print $2 }' "/proc/$run/status" 2>/dev/null)" \
    "$(metric mqwarden_run_events_total)" "$(metric mqwarden_run_waiting_events)" \
    "$(metric mqwarden_run_late_total)" "$(metric mqwarden_run_keys_evicted_total)"
done
sleep 10
kill -TERM "$run"
wait "$run" || { echo "the run failed:"; cat run.err; exit 1; }
touch stop
wait "$delays"
read -r written took <written
read=$(python3 -c 'import json; print(json.load(open("stats"))["events"]["normalized"])')
echo "written $written in $took s, read $read, lost $((written - read))"
[ "$written" = "$read" ]
