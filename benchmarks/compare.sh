#!/bin/bash
# Runs the workload W1 through mqwarden, the hand-written ceilings and other
# programs that people use for such rules, on the same generated log; says of each
# whether its alerts are right, and prints the table of benchmarks/README.md.
#
#   benchmarks/compare.sh [EVENTS] [ROUNDS]
#
# Installs what it runs: from Debian (as root), and DuckDB from npm; what cannot be
# installed is left out by name. NO_INSTALL=1 takes what there is. WORK names the
# folder for logs and modules (default: a temporary one). Nothing else on the
# machine should be busy.
set -euo pipefail

events=${1:-1000000}
rounds=${2:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
bazel="$root/tools/bazel"

if [[ -z ${NO_INSTALL:-} ]]; then
  for package in gawk sqlite3 sec syslog-ng-core nodejs npm; do
    # A program from elsewhere does as well.
    case $package in
      syslog-ng-core) program=syslog-ng ;;
      nodejs) program=node ;;
      *) program=$package ;;
    esac
    command -v "$program" >/dev/null && continue
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" \
      >"$work/apt.log" 2>&1 || echo "compare.sh: $package cannot be installed" >&2
  done
  [[ -d $work/node_modules/@duckdb/node-api ]] ||
    (cd "$work" && npm install --no-audit --no-fund @duckdb/node-api >npm.log 2>&1) ||
    echo "compare.sh: @duckdb/node-api cannot be installed" >&2
fi

cd "$root"
"$bazel" build -c opt //cli:mqwarden //benchmarks:w1_log //benchmarks:w1_by_hand
bin=$("$bazel" info -c opt bazel-bin)
"$bin/benchmarks/w1_log" --rules >"$work/w1.mqw"
"$bin/benchmarks/w1_log" "$events" >"$work/w1.json"
exec python3 "$root/benchmarks/compare.py" --bin "$bin" --work "$work" --rounds "$rounds"
