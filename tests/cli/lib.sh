# What the tests of the command line share. The first argument of each test is
# the binary.
set -uo pipefail
# The binary's own findings must not depend on who runs the test.
unset NO_COLOR TERM
export TMPDIR=$TEST_TMPDIR

mqwarden=$(readlink -f "$1")
cd "$TEST_TMPDIR" || exit 1
failures=0

fail() {
  printf 'FAIL: %s\n' "$1"
  failures=$((failures + 1))
}

# Runs mqwarden with the arguments after the first and compares its exit code
# with the first. Standard input is empty unless `input` names a file.
run() {
  local wanted=$1
  shift
  "$mqwarden" "$@" <"${input:-/dev/null}" >out 2>err
  local code=$?
  if ((code != wanted)); then
    fail "\`$*\` exits $code, not $wanted; it says: $(head -c 1000 err out)"
  fi
}

# The file named first has the text, or has not.
has() { grep -qF -e "$2" "$1" || fail "$3: no \`$2\` in $1: $(head -c 1000 "$1")"; }
has_not() { ! grep -qF -e "$2" "$1" || fail "$3: \`$2\` is in $1"; }
is_empty() { [[ ! -s $1 ]] || fail "$2: $1 is not empty: $(head -c 1000 "$1")"; }
lines() {
  local count
  count=$(wc -l <"$1")
  ((count == $2)) || fail "$3: $1 has $count lines, not $2: $(head -c 1000 "$1")"
}
same() { cmp -s "$1" "$2" || fail "$3: $1 and $2 differ: $(diff "$1" "$2" | head -5)"; }

finish() {
  ((failures == 0)) && echo "all passed"
  exit $((failures != 0))
}

mkdir -p rules
cat >rules/burst.mqw <<'EOF'
rule burst {
  title    "Three refusals in five minutes"
  severity high
  on       authz
  where    outcome == failure
  by       user
  when     count() >= 3 in 5m
  alert { summary "{count()} refusals of {user}" }

  test "three fire" {
    at 0s authz { outcome: failure, user: "ana" } x 3 every 1m
    expect 1 alert { user: "ana", at: 2m, severity: high }
  }
  test "two do not" {
    at 0s authz { outcome: failure, user: "ana" } x 2 every 1m
    expect no alerts
  }
}
EOF

# event TIME USER [QMGR]: one refused open, as NDJSON.
event() {
  printf '{"time":"2026-01-05T%sZ","kind":"authz","outcome":"failure","user":"%s","qmgr":"%s"}\n' \
    "$1" "$2" "${3:-QM1}"
}
