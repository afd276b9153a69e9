#!/bin/bash
# fmt, new, list and completion.
source "$(dirname "$0")/lib.sh"

# --- fmt
run 0 fmt rules
cmp -s out rules/burst.mqw || fail 'a text in its layout is printed as it is'
run 0 fmt --check rules
is_empty out 'fmt --check of a text in its layout'
is_empty err 'fmt --check of a text in its layout'
run 0 fmt --diff rules
is_empty out 'fmt --diff of a text in its layout'

mkdir untidy
sed -e 's/^  on  *authz$/  on authz # all of them/' -e 's/==/  ==  /' \
  -e '/^  title/d' -e 's/^  by  *user/  by user\n  title "T"/' \
  rules/burst.mqw >untidy/burst.mqw
cp rules/burst.mqw untidy/tidy.mqw
sed -i 's/burst/tidy/' untidy/tidy.mqw
cp untidy/burst.mqw before
run 1 fmt --check untidy
[[ $(cat out) == untidy/burst.mqw ]] || fail "fmt --check names $(cat out)"
run 0 fmt --diff untidy
has out '--- untidy/burst.mqw' 'fmt --diff'
has out '-  on authz # all of them' 'fmt --diff'
has out '+  on       authz  # all of them' 'fmt --diff'
has_not out 'tidy.mqw' 'fmt --diff of a text in its layout' || true
cp out patch
run 1 fmt --diff --check untidy
same out patch 'fmt --diff --check'
run 0 fmt untidy/burst.mqw
cp out formatted
same untidy/burst.mqw before 'fmt without -w'
if command -v patch >/dev/null; then
  cp untidy/burst.mqw patched
  patch -s patched patch || fail 'the difference is no patch'
  same patched formatted 'the patch'
fi
input=untidy/burst.mqw run 0 fmt -
same out formatted 'fmt of standard input'

# Written in place: permissions and links stay, and nothing is left over.
chmod 640 untidy/burst.mqw
ln -s burst.mqw untidy/link
run 0 fmt -w untidy
is_empty out 'fmt -w'
same untidy/burst.mqw formatted 'fmt -w'
[[ $(stat -c %a untidy/burst.mqw) == 640 ]] || fail 'fmt -w changes permissions'
[[ $(ls untidy | wc -l) == 3 ]] || fail "fmt -w leaves $(ls untidy)"
cp before untidy/burst.mqw
run 0 fmt -w untidy/link
[[ -L untidy/link ]] || fail 'fmt -w replaces a link'
same untidy/burst.mqw formatted 'fmt -w of a link'
run 0 fmt --check untidy
run 0 test untidy

# What does not parse stays, is told, and does not hide the others.
mkdir broken
cp before broken/a.mqw
echo 'rule b { title "T"' >broken/b.mqw
cp broken/b.mqw broken.before
run 2 fmt --check broken
has err 'error[R0107]' 'fmt of what does not parse'
has out 'broken/a.mqw' 'fmt of what does not parse'
run 2 fmt -w broken
same broken/b.mqw broken.before 'fmt -w of what does not parse'
same broken/a.mqw formatted 'fmt -w beside what does not parse'
run 3 fmt
run 3 fmt nowhere
run 3 fmt -w --check rules
run 3 fmt -w -
mkdir nothing
run 2 fmt nothing
if [[ $EUID != 0 ]]; then
  mkdir fixed
  cp before fixed/a.mqw
  chmod 500 fixed
  run 3 fmt -w fixed
  has err 'cannot write' 'fmt -w into a folder that takes nothing'
  same fixed/a.mqw before 'fmt -w into a folder that takes nothing'
  chmod 700 fixed
fi

# --- new
mkdir fresh
run 0 new rule first_rule
cp out fresh/first.mqw
run 0 new test 'a name with "quotes"'
has out 'test "a name with \"quotes\"" {' 'new test'
cat out >>fresh/first.mqw
run 0 check fresh
has out '1 rule and 3 tests in 1 file: 0 errors, 0 warnings' 'a new rule'
run 0 test fresh
run 0 new rule other
cp out fresh/other.mqw
run 0 fmt --check fresh/other.mqw
run 3 new rule 'no name'
run 3 new rule
run 3 new thing name
run 3 new test $'two\nlines'

# --- list
run 0 list rules
[[ $(cat out) == 'burst  high  window 5m  2 tests  Three refusals in five minutes' ]] ||
  fail "list says $(cat out)"
run 0 list --format json rules
has out '[{"rule":"burst","version":"' 'list --format json'
has out '"severity":["high"],"when":"window 5m"' 'list --format json'
run 2 list nothing
run 3 list nowhere
run 3 list

# --- completion
run 0 completion bash
bash -n out || fail 'completion bash is no bash'
completes() {  # WORDS…: what comes after them
  bash -c 'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _mqwarden 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
cp out script
[[ $(completes mqwarden che) == check ]] || fail 'bash does not complete check'
[[ $(completes mqwarden check --mem) == --memory ]] ||
  fail 'bash does not complete --memory'
[[ $(completes mqwarden new '') == $'rule\ntest' ]] ||
  fail 'bash does not complete new'
[[ -z $(completes mqwarden check ru) ]] || fail 'bash completes no file itself'
for command in $("$mqwarden" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
  [[ $(completes mqwarden "$command") == *"$command"* ]] ||
    fail "bash does not complete $command"
done
run 0 completion zsh
has out '#compdef mqwarden' 'completion zsh'
has out "'--memory:Print" 'completion zsh'
if command -v zsh >/dev/null; then zsh -n out || fail 'completion zsh'; fi
run 0 completion fish
has out "complete -c mqwarden -n '__fish_seen_subcommand_from check' -l memory" \
  'completion fish'
if command -v fish >/dev/null; then fish -n out || fail 'completion fish'; fi
run 3 completion tcsh
run 3 completion
for command in fmt new list completion; do
  run 0 help "$command"
  has out "mqwarden $command" "help $command"
done

finish
