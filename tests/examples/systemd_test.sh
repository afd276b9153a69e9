#!/bin/bash
# The unit is one that systemd takes, keeps its hardening, and calls commands that the
# program has. Arguments: the unit and the program.
set -euo pipefail

unit=$1
program=$2
failures=0

fail() {
  printf 'FAIL: %s\n' "$1"
  failures=$((failures + 1))
}

for setting in NoNewPrivileges=yes ProtectSystem=strict DynamicUser=yes \
  PrivateTmp=yes MemoryDenyWriteExecute=yes 'CapabilityBoundingSet=' \
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6' 'SystemCallFilter=@system-service'; do
  grep -qxF "$setting" "$unit" || fail "the unit lacks $setting"
done

for command in check run; do
  grep -q "^Exec.*=/usr/bin/mqwarden $command " "$unit" || fail "no line calls $command"
  "$program" help "$command" >/dev/null || fail "the program has no command $command"
done

if command -v systemd-analyze >/dev/null; then
  # With a program that is there in place of the installed one.
  sed "s|/usr/bin/mqwarden|/bin/true|" "$unit" >"$TEST_TMPDIR/mqwarden.service"
  said=$(systemd-analyze verify "$TEST_TMPDIR/mqwarden.service" 2>&1) ||
    fail "systemd refuses the unit: $said"
  [[ $said != *mqwarden.service* ]] || fail "systemd says of the unit: $said"
else
  echo "systemd-analyze is not here: the unit was not verified"
fi

((failures == 0))
