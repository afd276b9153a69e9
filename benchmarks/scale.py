"""Measures how cost per event grows with the number of rules, and memory with the
number of keys, and draws both.

  python3 benchmarks/scale.py --bin BAZEL_BIN --work FOLDER     measure and draw
  python3 benchmarks/scale.py --draw                            draw scale.csv again

Every point is `mqwarden replay` as a whole process on a log of w1_log, median of
--rounds, runs in turn; the cost of an event is processor time over the cost without
start-up, which a log of one event measures. Rules beside the three of W1 ask for one
queue each, so that an event meets about as many of them in every set (one or two of
ten thousand). Keys are addresses of a log with nothing but refusals.
Writes benchmarks/scale.csv and benchmarks/scale.svg.
"""

import argparse
import csv
import math
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CSV = os.path.join(HERE, "scale.csv")
SVG = os.path.join(HERE, "scale.svg")


def measure(command):
    with open(os.devnull, "wb") as nothing:
        child = subprocess.Popen(command, stdout=nothing)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        sys.exit("%s fails" % " ".join(command))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def write_rules(folder, w1, count):
    """A folder of rule files, of which each has at most a MiB."""
    os.makedirs(folder, exist_ok=True)
    write(os.path.join(folder, "w1.mqw"), w1)
    for first in range(0, count - 3, 2000):
        text = ""
        for i in range(first, min(first + 2000, count - 3)):
            text += ('rule q%d {\n  title "q"\n  severity low\n  on authz, authn\n'
                     '  where object == "PAYMENTS.INBOUND.Q%05d"\n  by user\n'
                     '  when count() >= %d in 5m\n}\n' % (i, i % 5000, 5 + i // 5000))
        write(os.path.join(folder, "q%d.mqw" % first), text)
    return folder


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def collect(args):
    binary = os.path.join(args.bin, "cli/mqwarden")
    w1_log = os.path.join(args.bin, "benchmarks/w1_log")
    os.makedirs(args.work, exist_ok=True)
    w1 = subprocess.run([w1_log, "--rules"], check=True, stdout=subprocess.PIPE,
                        encoding="utf-8").stdout

    def log(name, *options):
        path = os.path.join(args.work, name)
        with open(path, "wb") as out:
            subprocess.run([w1_log, *options], check=True, stdout=out)
        return path

    def replay(rules, path):
        return [binary, "replay", "-r", rules, path, "--no-progress"]

    events = args.events
    day = log("scale.json", str(events))
    with open(day, "rb") as lines:
        first = write(os.path.join(args.work, "first.json"), lines.readline().decode())
    rows = []
    counts = [3, 10, 30, 100, 300, 1000, 3000, 10000]
    sets = {n: write_rules(os.path.join(args.work, "rules%d" % n), w1, n)
            for n in counts}
    costs = {n: [] for n in counts}
    for _ in range(args.rounds):
        for n in counts:
            start = measure(replay(sets[n], first))[0]
            costs[n].append((measure(replay(sets[n], day))[0] - start) / events * 1e9)
    rows += [("rules", n, round(statistics.median(costs[n]), 1)) for n in counts]

    # One alert at most for each key would be a log of its own: a rule that counts.
    key_rules = write(os.path.join(args.work, "keys.mqw"), """
rule by_address {
  title "x" severity low on authz, authn by source_ip
  when count() >= 10 in 24h keys 8000000
}
""")
    for keys in (1000, 10_000, 100_000, 300_000, 1_000_000):
        refusals = log("keys.json", str(max(keys + keys // 2, 1000)), "1", str(keys))
        sizes = [measure(replay(key_rules, refusals))[1] for _ in range(args.rounds)]
        rows.append(("keys", keys, round(statistics.median(sizes) / 1024, 1)))
        os.remove(refusals)
    with open(CSV, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["what", "number", "value"])
        writer.writerows(rows)


def number_text(n):
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if n >= size:
            return "%g%s" % (n / size, unit)
    return "%g" % n


def panel(points, left, title, x_title, unit):
    """One chart, 340 wide: the number on a logarithmic axis, the value on a linear one."""
    width, top, height = 320, 50, 210
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    most = max(value for _, value in points)
    step = 10 ** math.floor(math.log10(most))
    step = next(s for s in (step / 5, step / 2, step, 2 * step) if most / s <= 6)
    limit = math.ceil(most / step) * step

    def x(n):
        return left + (math.log10(n) - low) / (high - low) * width

    def y(value):
        return top + height - value / limit * height

    out = ['<text x="%d" y="28" class="title">%s</text>' % (left, title)]
    for i in range(int(round(limit / step)) + 1):
        at = y(i * step)
        out.append('<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" class="grid"/>' %
                   (left, at, left + width, at))
        out.append('<text x="%d" y="%.1f" class="left">%s</text>' %
                   (left - 8, at + 4, number_text(i * step)))
    for n, _ in points:
        if abs(math.log10(n) - round(math.log10(n))) < 0.01 or n == points[0][0]:
            out.append('<text x="%.1f" y="%d" class="below">%s</text>' %
                       (x(n), top + height + 20, number_text(n)))
    out.append('<text x="%d" y="%d" class="below">%s</text>' %
               (left + width / 2, top + height + 40, x_title))
    out.append('<polyline points="%s" class="line"/>' %
               " ".join("%.1f,%.1f" % (x(n), y(v)) for n, v in points))
    for n, value in points:
        out.append('<circle cx="%.1f" cy="%.1f" r="3.5" class="dot"><title>%s: %g %s</title></circle>' %
                   (x(n), y(value), number_text(n), value, unit))
    n, value = points[-1]
    out.append('<text x="%.1f" y="%.1f" class="left">%g %s</text>' %
               (x(n), y(value) - 9, value, unit))
    return out


def draw():
    with open(CSV, encoding="utf-8") as text:
        rows = [(r["what"], int(r["number"]), float(r["value"])) for r in csv.DictReader(text)]

    def points(what):
        return [(n, value) for w, n, value in rows if w == what]

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 320" width="840" height="320" '
           'font-family="sans-serif" font-size="12">',
           "<style>",
           "svg { background: #ffffff; color: #1f2933 }",
           "text { fill: currentColor } .title { font-size: 14px; font-weight: bold }",
           ".left { text-anchor: end } .below { text-anchor: middle }",
           ".grid { stroke: #cbd2d9 } .line { fill: none; stroke: #1769aa; stroke-width: 2 }",
           ".dot { fill: #1769aa }",
           "@media (prefers-color-scheme: dark) { svg { background: #14191f; color: #e4e7eb }",
           "  .grid { stroke: #3e4c59 } .line { stroke: #5fb0e6 } .dot { fill: #5fb0e6 } }",
           "</style>"]
    out += panel(points("rules"), 60, "Cost of an event (ns of processor time)", "rules", "ns")
    out += panel(points("keys"), 490, "Resident memory (MiB)", "live keys of count() &gt;= 10", "MiB")
    out.append("</svg>")
    write(SVG, "\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin")
    parser.add_argument("--work")
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--draw", action="store_true")
    args = parser.parse_args()
    if not args.draw:
        if not args.bin or not args.work:
            parser.error("--bin and --work, or --draw")
        collect(args)
    draw()


if __name__ == "__main__":
    main()
