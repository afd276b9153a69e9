#!/bin/bash
# The shipped rules compile without a finding, are laid out as `fmt` does it, and
# pass every test inside them.
set -euo pipefail

mqwarden=$1
pack=rules/pack

"$mqwarden" check --fail-level warning "$pack"
"$mqwarden" fmt --check "$pack"
summary=$("$mqwarden" test "$pack")
echo "$summary"
[[ $summary =~ ^([0-9]+)\ passed,\ 0\ failed$ ]]
# A pack whose tests were not found would pass nothing and fail nothing.
tests=$(cat "$pack"/*.mqw | grep -c '^  test "')
((tests > 0 && BASH_REMATCH[1] == tests))
