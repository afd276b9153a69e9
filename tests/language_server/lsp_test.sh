#!/bin/bash
# The program itself: frames on standard input and output, files on a disk, and the
# ways in which it ends. Argument: the program.
set -euo pipefail
export LC_ALL=C  # sizes are in bytes

mqwarden=$(readlink -f "$1")
cd "$(mktemp -d -p "$TEST_TMPDIR")"
failures=0

fail() {
  printf 'FAIL: %s\n' "$1"
  failures=$((failures + 1))
}
frame() { printf 'Content-Length: %d\r\n\r\n%s' "${#1}" "$1"; }
has() {
  grep -qF -- "$2" "$1" || { fail "no $2 in $1"; cat "$1"; }
}

mkdir -p 'site/rules and lists'
cat >'site/rules and lists/a.mqw' <<'RULE'
list admins from "admins.txt"
rule r {
  title    "T"
  severity high
  on       authz
  where    usr in admins
}
RULE
echo ana >'site/rules and lists/admins.txt'
uri="file://$PWD/site/rules%20and%20lists/a.mqw"

initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"rootUri":"file://'$PWD'/site","capabilities":{}}}'
open='{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"'$uri'","languageId":"mqwarden","version":1,"text":"list admins from \"admins.txt\"\nrule r {\n  title    \"T\"\n  severity high\n  on       authz\n  where    user in admins\n}\n"}}}'
hover='{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"'$uri'"},"position":{"line":5,"character":12}}}'
shutdown='{"jsonrpc":"2.0","id":3,"method":"shutdown"}'
exit='{"jsonrpc":"2.0","method":"exit"}'

# Reads messages, whole frames, until one holds the text: a server that never sends
# it lets the test time out.
until_has() {
  local header blank
  message=
  while [[ $message != *"$1"* ]]; do
    IFS= read -r header <&"$from" || { fail "the output ends before $1"; return; }
    IFS= read -r blank <&"$from"
    [[ $header =~ ^Content-Length:\ ([0-9]+).$ && $blank == $'\r' ]] ||
      { fail "no frame: $header"; return; }
    IFS= read -r -N "${BASH_REMATCH[1]}" message <&"$from"
    [[ $message == '{'*'}' ]] || fail "no message: $message"
  done
}

# --- a file with a mistake is told when nothing more comes, before the end
coproc "$mqwarden" lsp --stdio 2>err
pid=$COPROC_PID
exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
eval "exec ${COPROC[0]}<&- ${COPROC[1]}>&-"
frame "$initialize" >&"$to"
until_has '"hoverProvider":true'
frame '{"jsonrpc":"2.0","method":"initialized","params":{}}' >&"$to"
until_has 'did you mean `user`?'
[[ $message == *"$uri"* ]] || fail "not about $uri: $message"

# --- the buffer of the editor stands in for the file, which reads its list
frame "$open" >&"$to"
until_has 'no test of the rule `r`'
[[ $message != *'did you mean'* ]] || fail "the file is read, not the buffer: $message"
frame "$hover" >&"$to"
until_has '**user**'
frame "$shutdown" >&"$to"
until_has '"id":3,"result":null'
frame "$exit" >&"$to"
wait "$pid" && status=0 || status=$?
((status == 0)) || fail "exit after shutdown: status $status"
[[ ! -s err ]] || { fail 'standard error is not empty'; cat err; }
exec {to}>&-

# --- other ends
{ frame "$initialize"; frame "$exit"; } | "$mqwarden" lsp >out 2>err && status=0 || status=$?
((status == 1)) || fail "exit without shutdown: status $status"
frame "$initialize" | "$mqwarden" lsp >out 2>err && status=0 || status=$?
((status == 1)) || fail "the end of the input: status $status"
printf 'GET / HTTP/1.1\r\n\r\n' | "$mqwarden" lsp >out 2>err && status=0 || status=$?
((status == 3)) || fail "no message: status $status"
has err 'Language Server'
{ frame '{"jsonrpc":'; frame "$shutdown"; } | "$mqwarden" lsp >out 2>err || true
has out '-32700'
has out '-32002'

((failures == 0))
