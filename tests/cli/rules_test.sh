#!/bin/bash
# check, test, explain, fields, version, help, and what is refused.
source "$(dirname "$0")/lib.sh"

# --- check
run 0 check rules
has out '1 rule and 2 tests in 1 file: 0 errors, 0 warnings' 'a good set'
is_empty err 'a good set'

mkdir bad
sed 's/by       user/by       usr/' rules/burst.mqw >bad/burst.mqw
run 2 check bad
has out 'error[R02' 'an unknown field'
has out 'bad/burst.mqw:6:12' 'an unknown field'
has out '^^^' 'an unknown field'
run 2 check --format json bad
[[ $(head -c 1 out) == '[' ]] || fail 'check --format json is no array'
has out '"bad/burst.mqw"' 'check --format json'
has_not out '^^^' 'check --format json'

mkdir empty
run 2 check empty
has err 'no rule found' 'an empty folder'
has err 'empty' 'an empty folder'
echo 'list users = ["a"]' >empty/list.mqw
run 2 check empty
run 3 check nowhere
has err 'nowhere' 'a missing folder'
run 3 check
run 3 check rules --no-such-option
lines err 1 'a bad option'

run 0 check --list-checks
[[ -s out ]] || fail 'check --list-checks prints nothing'
mkdir lint
{ echo 'list nobody from "nobody.txt"'; cat rules/burst.mqw; } |
  sed 's/where    outcome == failure/where    outcome == failure and user not in nobody/' >lint/burst.mqw
: >lint/nobody.txt
run 0 check lint
has out 'warning[R09' 'a lint finding'
slug=$(run 0 check --format json lint && grep -o '"slug":"[^"]*"' out | head -1 | cut -d'"' -f4)
run 1 check --fail-level warning lint
[[ -n $slug ]] || fail 'a finding has no slug'
run 0 check --fail-level warning -x "$slug" lint
has_not out 'warning[' 'a check that is switched off'
run 3 check -x no-such-check lint
run 3 check --fail-level no-such-level lint

run 0 check --memory rules
has out 'burst: ' 'check --memory'
has out 'keys x ' 'check --memory'

# --- test
run 0 test rules
has out '2 passed, 0 failed' 'good tests'
sed 's/expect no alerts/expect 1 alert { user: "bob" }/' rules/burst.mqw >failing.mqw
run 1 test failing.mqw
has out '1 passed, 1 failed' 'a failing test'
has out 'failing.mqw:' 'a failing test'
has out 'two do not' 'a failing test'
has out 'wanted: expect 1 alert { user: "bob" }' 'a failing test'
has out 'got:    no alerts' 'a failing test'
run 0 test failing.mqw --run 'three'
has out '1 passed, 0 failed' 'test --run'
run 3 test failing.mqw --run 'no such test'
run 3 test failing.mqw --run '('
run 1 test failing.mqw --format json
has out '"passed":1,"failed":1' 'test --format json'
run 1 test failing.mqw --junit junit.xml
has junit.xml 'tests="2" failures="1"' 'test --junit'
has junit.xml '<failure' 'test --junit'
if command -v python3 >/dev/null; then
  python3 -c 'import sys, xml.etree.ElementTree as x
suite = x.parse(sys.argv[1]).getroot().find("testsuite")
cases = suite.findall("testcase")
assert len(cases) == int(suite.get("tests")) == 2
assert sum(c.find("failure") is not None for c in cases) == 1
assert all(c.get("name") and c.get("classname") for c in cases)' junit.xml ||
    fail 'test --junit is no JUnit XML'
fi
cp out serial
run 1 test failing.mqw -j 8
same out serial 'test on many threads'
run 3 test rules -j 0
run 3 test rules --junit no/such/folder.xml
run 0 test rules --boundary
has out 'boundary burst: 5 hold' 'test --boundary'
has out '  holds          2 events in 5m do not fire' 'test --boundary'
has out '2 passed, 0 failed' 'test --boundary'
run 0 test rules --boundary --run 'burst/3 events in' --format json --junit junit.xml
has out '"boundary":[{"rule":"burst","part":"threshold","case":"3 events in 5m fire once","verdict":"holds"}]' \
  'test --boundary --format json'
has junit.xml '<testcase classname="burst" name="boundary: 3 events in 5m fire once"/>' \
  'test --boundary --junit'
# A policy that leaves out what a rule is for.
mkdir shadowed
cp rules/burst.mqw shadowed
echo 'policy { exclude outcome == failure and user like "*" }' >shadowed/policy.mqw
run 1 test shadowed --boundary
has out 'not derived    the threshold: no example is found' 'a shadowed rule'
run 0 test rules --coverage
has out 'coverage: 4 of 5 outcomes reached' 'test --coverage'
has out '  rules/burst.mqw:5: burst: where: `outcome == failure` is never false' \
  'test --coverage'
run 1 test failing.mqw --coverage --format json
has out '"coverage":{"outcomes":5,"reached":4,' 'test --coverage of a failing test'
has out '"clause":"where","file":"failing.mqw","line":5' 'test --coverage of a failing test'
run 2 test bad
has err '^^^' 'test of rules that do not compile'
is_empty out 'test of rules that do not compile'
run 2 test empty
run 3 test nowhere

# --- explain, fields, version, help
run 0 explain R0001
has out 'error[R0001]' 'explain'
run 3 explain R9999
run 3 explain
run 3 explain -r rules --rule burst
has err '--event N is required' 'explain -r'
run 0 fields
has out 'source_ip' 'fields'
run 0 fields 2035
has out 'MQRC_NOT_AUTHORIZED' 'fields 2035'
run 3 fields no_such_thing
run 0 version
has out 'mqwarden ' 'version'
run 0 help
has out 'replay' 'help'
run 0 help replay
has out '--max-bad' 'help replay'
run 0 replay --help
has out '--max-bad' 'replay --help'
run 3 help no_such_command

# --- usage
run 3
lines err 1 'no command'
run 3 no_such_command
lines err 1 'an unknown command'

# --- standard output that takes nothing
if [[ -w /dev/full ]]; then
  "$mqwarden" fields >/dev/full 2>err
  (($? == 3)) || fail 'a full disk does not exit 3'
  has err 'standard output' 'a full disk'
  lines err 1 'a full disk'
fi

# --- the terminal
in_terminal() { script -qec "$1" /dev/null </dev/null >terminal 2>&1; }
if command -v script >/dev/null; then
  in_terminal "$mqwarden check bad"
  has terminal $'\x1b[' 'colour on a terminal'
  NO_COLOR=1 in_terminal "$mqwarden check bad"
  has_not terminal $'\x1b[' 'NO_COLOR'
fi
run 2 check bad
has_not out $'\x1b[' 'colour outside a terminal'

finish
