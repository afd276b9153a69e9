"""The second half of compare.sh: runs, checks, and the table.

Every program runs once a round, in turn, so that all meet the same load. Measured
is the whole process: wall clock, processor time, and the largest resident memory.
What a program prints decides what its alerts are compared with:

  rN COUNT SUM      alerts of a rule and the sum of their times in milliseconds;
                    right when equal to those of mqwarden
  wrapped rN COUNT SUM   the same in nanoseconds, modulo 2 to the 64
  address A         an address that R1 fired for, limits aside; right when the set
                    is that of mqwarden without limits
  matches rN COUNT  events that meet a rule without a window; printed to be seen
"""

import argparse
import collections
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

Program = collections.namedtuple("Program", "name command stdin note")
Run = collections.namedtuple("Run", "wall cpu rss output")


def run(program, out_path):
    with open(out_path, "wb") as out, open(program.stdin or os.devnull, "rb") as stdin:
        start = time.monotonic()
        child = subprocess.Popen(program.command, stdin=stdin, stdout=out,
                                 stderr=subprocess.PIPE)
        # Read to the end before waiting, so that a full pipe blocks nobody.
        error = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
    if child.returncode != 0:
        raise RuntimeError("%s exits %d: %s" % (program.name, child.returncode,
                                               error.decode(errors="replace")[:500]))
    with open(out_path, encoding="utf-8", errors="replace") as text:
        output = text.read()
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output)


def millis(instant):
    match = re.fullmatch(r"(.*T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", instant)
    from datetime import datetime, timezone
    seconds = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds) * 1000 + int((match[2] or "").ljust(3, "0")[:3])


def alerts_of(output):
    """Alerts of mqwarden -> ({rule: (count, sum)}, addresses of R1)."""
    rules = {"r%d" % n: [0, 0] for n in (1, 2, 3)}
    addresses = set()
    for line in output.splitlines():
        alert = json.loads(line)
        rule = alert["rule"][:2]
        rules[rule][0] += 1
        rules[rule][1] += millis(alert["time"])
        if rule == "r1":
            addresses.add(alert["group"]["source_ip"])
    return {rule: tuple(answer) for rule, answer in rules.items()}, addresses


def verdict(output, truth, addresses):
    rules, found, matches = {}, set(), collections.Counter()
    for line in output.splitlines():
        words = line.split()
        if line.startswith("{"):
            return "reference" if alerts_of(output)[0] == truth else "differ"
        if not words:
            continue
        if words[0] == "address":
            found.add(words[1])
        elif words[0] == "matches":
            matches[words[1]] += int(words[2])
        elif words[0] == "match":
            matches[words[1]] += 1
        elif words[0] == "wrapped":
            total = truth.get(words[1], (0, 0))[1]
            same = int(words[3]) == total * 1_000_000 % 2 ** 64
            rules[words[1]] = (int(words[2]), total if same else words[3])
        elif re.fullmatch(r"r[123]", words[0]):
            rules[words[0]] = (int(words[1]), int(words[2]))
    if rules:
        return "the same" if rules == truth else "differ: %s, not %s" % (rules, truth)
    text = "R1: %d of %d addresses" % (len(found & addresses), len(addresses))
    if found - addresses:
        text += ", %d wrong" % len(found - addresses)
    return text + "; no refire, no limits"


def programs(bin_dir, work):
    log = os.path.join(work, "w1.json")
    rules = os.path.join(work, "w1.mqw")
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rivals")
    mqwarden = [os.path.join(bin_dir, "cli/mqwarden"), "replay", "-r", rules, log,
                "--out", "jsonl:-", "--no-progress"]
    yield Program("mqwarden", mqwarden, None, "")
    yield Program("mqwarden -j 2", mqwarden + ["-j", "2"], None, "2 threads")
    yield Program("hand-written C++", [os.path.join(bin_dir, "benchmarks/w1_by_hand"), log],
                  None, "simdjson, these rules and no others")
    module = os.path.join(work, "node_modules/@duckdb/node-api/lib/index.js")
    for threads in ("1", "2"):
        if shutil.which("node") and os.path.exists(module):
            yield Program("DuckDB" + (", 2 threads" if threads == "2" else ""),
                          ["node", os.path.join(here, "w1_duckdb.mjs"), module, log, threads],
                          None, "SQL window over the file")
    if shutil.which("gawk"):
        yield Program("gawk", ["gawk", "-b", "-f", os.path.join(here, "w1.awk"), log], None,
                      "script for these rules")
    if shutil.which("sqlite3"):
        with open(os.path.join(here, "w1.sql"), encoding="utf-8") as text:
            script = ('create table line(text);\n.mode ascii\n.separator "\\037" "\\n"\n'
                      '.import "%s" line\n.mode list\n' % log) + text.read()
        path = os.path.join(work, "w1_sqlite.sql")
        with open(path, "w", encoding="utf-8") as out:
            out.write(script)
        yield Program("SQLite", ["sqlite3", "-batch", ":memory:"], path, "SQL window, in memory")
    if shutil.which("syslog-ng"):
        state = tempfile.mkdtemp(dir=work)
        # Its stdin() wants a pipe.
        yield Program("syslog-ng", ["sh", "-c", 'cat "$1" | syslog-ng -F --no-caps -f "$2" '
                                    '-R "$3/persist" -p "$3/pid" -c "$3/ctl"', "sh", log,
                                    os.path.join(here, "w1_syslog_ng.conf"), state],
                      None, "grouping-by()")
    if shutil.which("sec"):
        yield Program("SEC", ["sec", "--conf=" + os.path.join(here, "w1.sec"),
                              "--input=" + log, "--notail", "--nointevents"], None,
                      "time of arrival only")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="names that begin so, by comma")
    args = parser.parse_args()

    candidates = list(programs(args.bin, args.work))
    if args.only:
        candidates = [p for p in candidates
                      if any(p.name.startswith(n) for n in args.only.split(","))]
    with open(os.path.join(args.work, "w1.json"), "rb") as log:
        events = sum(block.count(b"\n") for block in iter(lambda: log.read(1 << 20), b""))

    out = os.path.join(args.work, "out")
    reference = next(p for p in programs(args.bin, args.work) if p.name == "mqwarden")
    truth, _ = alerts_of(run(reference, out).output)
    # The same without limits: every address that R1's condition holds for.
    unlimited = os.path.join(args.work, "w1_unlimited.mqw")
    with open(os.path.join(args.work, "w1.mqw"), encoding="utf-8") as text:
        lines = [line for line in text if not line.strip().startswith("limit")]
    with open(unlimited, "w", encoding="utf-8") as text:
        text.writelines(lines)
    command = [unlimited if word.endswith("w1.mqw") else word for word in reference.command]
    _, addresses = alerts_of(run(reference._replace(command=command), out).output)

    runs = collections.defaultdict(list)
    broken = {}
    for number in range(args.rounds):
        for program in candidates:
            if program.name in broken:
                continue
            try:
                runs[program.name].append(run(program, out))
            except (RuntimeError, OSError) as error:
                broken[program.name] = str(error)
                print("compare: %s" % error, file=sys.stderr)
        print("compare: round %d of %d" % (number + 1, args.rounds), file=sys.stderr)

    def median(name, what):
        return statistics.median(getattr(r, what) for r in runs[name])

    print("%d events, %d rounds, medians; %s, %d processors\n" %
          (events, args.rounds, cpu_name(), os.cpu_count()))
    print("| program | events/s | ns/event of processor time | times mqwarden's time | MiB | alerts |")
    print("|---|---|---|---|---|---|")
    base = median("mqwarden", "wall") if runs["mqwarden"] else None
    for program in candidates:
        if not runs[program.name]:
            print("| %s | — | — | — | — | did not run |" % program.name)
            continue
        wall = median(program.name, "wall")
        print("| %s%s | %.2f M | %.0f | %s | %.0f | %s |" % (
            program.name, " (%s)" % program.note if program.note else "",
            events / wall / 1e6, median(program.name, "cpu") / events * 1e9,
            "%.2f" % (wall / base) if base else "—", median(program.name, "rss") / 1024,
            verdict(runs[program.name][-1].output, truth, addresses)))


def cpu_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as text:
            return re.search(r"model name\s*:\s*(.*)", text.read())[1]
    except (OSError, TypeError):
        return platform.processor()


if __name__ == "__main__":
    main()
